#include "vmm/image/initrd.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPromise>
#include <QSaveFile>
#include <QThreadPool>

#include <ctime>
#include <optional>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

/// The kernel looks for the next archive at a multiple of four bytes; zeros in between are skipped.
QByteArray padded(QByteArray part)
{
    part.append((4 - part.size() % 4) % 4, '\0');
    return part;
}

/// What tells that the parts are the ones that were joined last, without reading them; empty when
/// that cannot be told.
QByteArray stampOf(const QStringList &parts)
{
    QByteArray stamp;
    for (const auto &path : parts) {
        struct stat info = {};
        // One that was written a moment ago may be written again within the same tick of the clock.
        if (::stat(QFile::encodeName(path).constData(), &info) != 0 ||
            ::time(nullptr) - info.st_mtim.tv_sec < 2)
            return {};
        stamp += u"%1 %2:%3 %4 %5.%6 %7.%8\n"_s.arg(path)
                     .arg(info.st_dev)
                     .arg(info.st_ino)
                     .arg(info.st_size)
                     .arg(info.st_mtim.tv_sec)
                     .arg(info.st_mtim.tv_nsec)
                     .arg(info.st_ctim.tv_sec)
                     .arg(info.st_ctim.tv_nsec)
                     .toUtf8();
    }
    return stamp;
}

/// The initrd that was last made of these parts as they are.
std::optional<QString> known(const QByteArray &stamp, const QString &cacheDirectory)
{
    QFile file(cacheDirectory + u"/last"_s);
    if (stamp.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const auto name = QString::fromUtf8(file.readLine(100)).trimmed();
    const auto path = cacheDirectory + u'/' + name;
    const bool holds = file.read(stamp.size() + 1) == stamp && name.startsWith("initrd-"_L1) &&
                       !name.contains(u'/') && QFile::exists(path);
    return holds ? std::optional(path) : std::nullopt;
}

void remember(const QByteArray &stamp, const QString &path)
{
    const QFileInfo made(path);
    QSaveFile file(made.path() + u"/last"_s);
    // What changed while it was read is read again; so is all without the file.
    if (!stamp.isEmpty() && file.open(QIODevice::WriteOnly) &&
        file.write(made.fileName().toUtf8() + '\n' + stamp) > 0)
        file.commit();
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
    const auto stamp = stampOf(parts);
    if (const auto path = known(stamp, cacheDirectory))
        return ready(*path);
    QPromise<Result<QString>> promise;
    const auto future = promise.future();
    promise.start();
    QThreadPool::globalInstance()->start(
        [parts, cacheDirectory, stamp, promise = std::move(promise)]() mutable {
            const auto made = joined(parts, cacheDirectory);
            if (made && stampOf(parts) == stamp)
                remember(stamp, *made);
            promise.addResult(made);
            promise.finish();
        });
    return future;
}

} // namespace vmm
