#include "core/warden/image_check.h"

#include "core/config/write_file.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/image_store.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {

namespace {

bool isOwn(const struct stat &info)
{
    return info.st_uid == ::geteuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// Whether only this user can put a file there.
bool isOwnDirectory(const QString &path)
{
    struct stat info = {};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 && S_ISDIR(info.st_mode) &&
           isOwn(info);
}

bool holds(const QString &cacheFile, const QByteArray &fingerprint)
{
    QFile cache(cacheFile);
    struct stat info = {};
    const bool trusted = ::lstat(QFile::encodeName(cacheFile).constData(), &info) == 0 &&
                         S_ISREG(info.st_mode) && isOwn(info) &&
                         isOwnDirectory(QFileInfo(cacheFile).path());
    return trusted && cache.open(QFile::ReadOnly) &&
           cache.read(fingerprint.size() + 1) == fingerprint;
}

} // namespace

QString fingerprintOf(const vmm::BaseImage &image)
{
    QString text = image.digest + u'\n';
    for (const auto &part : image.parts) {
        struct stat info = {};
        if (::stat(QFile::encodeName((image.directory + u'/' + part.name)).constData(), &info) != 0)
            return {};
        text += u"%1 %2 %3:%4 %5 %6.%7 %8.%9\n"_s.arg(part.name, part.sha256)
                    .arg(info.st_dev)
                    .arg(info.st_ino)
                    .arg(info.st_size)
                    .arg(info.st_mtim.tv_sec)
                    .arg(info.st_mtim.tv_nsec)
                    .arg(info.st_ctim.tv_sec)
                    .arg(info.st_ctim.tv_nsec);
    }
    return text;
}

Future<> checkImage(QObject *context, const vmm::BaseImage &image, const QStringList &caches)
{
    const auto fingerprint = fingerprintOf(image).toUtf8();
    const auto known = [&](const QString &cache) { return holds(cache, fingerprint); };
    if (!fingerprint.isEmpty() && std::ranges::any_of(caches, known))
        return ready(Result<>());
    return vmm::verifyImage(image).then(
        context, [image, fingerprint, caches](const vmm::Result<> &verified) -> Result<> {
            if (!verified)
                return std::unexpected(fromVmm(verified.error()));
            // What changed while it was read proves nothing.
            if (fingerprint.isEmpty() || fingerprintOf(image).toUtf8() != fingerprint)
                return {};
            for (const QString &cache : caches) {
                // Without the cache the next start reads the image again; nothing else is lost.
                if (isOwnDirectory(QFileInfo(cache).path()))
                    (void)writeFile(cache, fingerprint);
            }
            return {};
        });
}

QStringList imageCheckCaches(
    const QString &ownDirectory, const vmm::BaseImage &image, const QString &givenDirectory)
{
    QStringList caches{u"%1/verified-%2"_s.arg(ownDirectory, image.digest)};
    if (!givenDirectory.isEmpty() && isOwnDirectory(givenDirectory))
        caches << givenDirectory + u"/.verified"_s;
    return caches;
}

} // namespace core
