#include "core/config/write_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {

Result<> writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    if (!file.open(QFile::WriteOnly) ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content) != content.size() || !file.commit())
        return std::unexpected(
            Error{Error::Kind::Failed, u"%1: %2"_s.arg(path, file.errorString())});
    return {};
}

Result<> renameForGood(const QString &from, const QString &to)
{
    const auto failure = [&](const QString &what) {
        return std::unexpected(Error{Error::Kind::Failed, u"%1 %2 as %3"_s.arg(what, from, to)});
    };
    if (!QDir().rename(from, to))
        return failure(u"cannot rename"_s);
    const auto parent = QFile::encodeName(QFileInfo(to).path());
    const int directory = ::open(parent.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = directory >= 0 && ::fsync(directory) == 0;
    if (directory >= 0)
        ::close(directory);
    return synced ? Result<>() : failure(u"cannot keep"_s);
}

} // namespace core
