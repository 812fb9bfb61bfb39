#include "core/warden/image_check.h"

#include "core/config/write_file.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/image_store.h"

#include <QFile>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace core {

QString fingerprintOf(const vmm::BaseImage &image)
{
    QString text = image.digest + u'\n';
    for (const auto &part : image.parts) {
        struct stat info = {};
        if (::stat(QFile::encodeName((image.directory + u'/' + part.name)).constData(), &info) != 0)
            return {};
        text += u"%1 %2 %3 %4 %5.%6 %7.%8\n"_s.arg(part.name, part.sha256)
                    .arg(info.st_ino)
                    .arg(info.st_size)
                    .arg(info.st_mtim.tv_sec)
                    .arg(info.st_mtim.tv_nsec)
                    .arg(info.st_ctim.tv_sec)
                    .arg(info.st_ctim.tv_nsec);
    }
    return text;
}

Future<> checkImage(QObject *context, const vmm::BaseImage &image, const QString &cacheFile)
{
    const auto fingerprint = fingerprintOf(image).toUtf8();
    QFile cache(cacheFile);
    if (!fingerprint.isEmpty() && cache.open(QFile::ReadOnly) && cache.readAll() == fingerprint)
        return ready(Result<>());
    return vmm::verifyImage(image).then(
        context, [fingerprint, cacheFile](const vmm::Result<> &verified) -> Result<> {
            if (!verified)
                return std::unexpected(fromVmm(verified.error()));
            // Without the cache the next start reads the image again; nothing else is lost.
            const auto kept = writeFile(cacheFile, fingerprint);
            Q_UNUSED(kept)
            return {};
        });
}

} // namespace core
