#include "core/warden/authority_files.h"

#include "core/config/write_file.h"
#include "core/gateway/authority.h"
#include "core/warden/suspend_image.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace core {
namespace {

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.read(64 << 10) : QByteArray();
}

} // namespace

Result<AuthorityPem> authorityOf(const QString &sandboxDirectory, const QString &sandboxName)
{
    const auto certificateFile = sandboxDirectory + u"/ca.crt"_s;
    const auto keyFile = sandboxDirectory + u"/ca.key"_s;
    // The programs of a fork go on with the roots that its source told them; when it boots, it gets
    // an authority of its own.
    const auto inherited = sandboxDirectory + u"/ca.inherited"_s;
    if (QFile::exists(inherited) && !SuspendImage::isThere(sandboxDirectory) &&
        (QFile::remove(certificateFile) || !QFile::exists(certificateFile)))
        QFile::remove(inherited);
    AuthorityPem kept{.certificate = content(certificateFile), .key = content(keyFile)};
    const bool fresh =
        gateway::isFresh({.certificate = kept.certificate.toStdString(), .key = std::string()});
    if (!kept.key.isEmpty() && fresh)
        return kept;
    const auto made = gateway::makeAuthority(sandboxName.toStdString());
    if (!made)
        return std::unexpected(Error{Error::Kind::Failed, QString::fromStdString(made.error())});
    AuthorityPem renewed{.certificate = QByteArray::fromStdString(made->certificate),
        .key = QByteArray::fromStdString(made->key)};
    // The old certificate goes before its key: the two must never be of different authorities.
    QFile::remove(certificateFile);
    if (const auto written = writeFile(keyFile, renewed.key); !written)
        return std::unexpected(written.error());
    if (const auto written = writeFile(certificateFile, renewed.certificate); !written)
        return std::unexpected(written.error());
    return renewed;
}

} // namespace core
