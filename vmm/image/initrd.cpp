#include "vmm/image/initrd.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QPromise>
#include <QSaveFile>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

/// The kernel looks for the next archive at a multiple of four bytes; zeros in between are skipped.
QByteArray padded(QByteArray part)
{
    part.append((4 - part.size() % 4) % 4, '\0');
    return part;
}

Result<QString> joined(const QStringList &parts, const QString &cacheDirectory)
{
    QByteArray whole;
    for (const auto &path : parts) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return std::unexpected(Error{
                .kind = Error::Kind::ImageMissing, .detail = path + u": "_s + file.errorString()});
        whole += padded(file.readAll());
    }
    const auto digest =
        QCryptographicHash::hash(whole, QCryptographicHash::Sha256).toHex().left(16);
    const auto path = u"%1/initrd-%2.cpio"_s.arg(cacheDirectory, QLatin1StringView(digest));
    // Only whole files are ever renamed to this name.
    if (QFile::exists(path))
        return path;
    QSaveFile file(path);
    if (!QDir().mkpath(cacheDirectory) || !file.open(QIODevice::WriteOnly) ||
        file.write(whole) != whole.size() || !file.commit())
        return std::unexpected(
            Error{.kind = Error::Kind::Io, .detail = path + u": "_s + file.errorString()});
    return path;
}

} // namespace

Future<QString> initrdFrom(const QStringList &parts, const QString &cacheDirectory)
{
    if (parts.size() == 1)
        return ready(parts.first());
    QPromise<Result<QString>> promise;
    const auto future = promise.future();
    promise.start();
    QThreadPool::globalInstance()->start(
        [parts, cacheDirectory, promise = std::move(promise)]() mutable {
            promise.addResult(joined(parts, cacheDirectory));
            promise.finish();
        });
    return future;
}

} // namespace vmm
