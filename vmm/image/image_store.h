#pragma once

#include "vmm/future.h"
#include "vmm/image/base_image.h"

#include <QList>

namespace vmm {

/// The image in `directory`, by its manifest.json. Checks that the parts are there and have the
/// right size, not their contents. Fails with ImageMissing or ImageDamaged.
Result<BaseImage> openImage(const QString &directory);

/// Reads every part and compares its SHA-256 with the manifest, on another thread; the future's
/// progress is in per mille. Cancelling it stops the work. Fails with ImageDamaged and the part's
/// name.
Future<> verifyImage(const BaseImage &image);

/// The images below one directory, `<directory>/<digest>/`.
class ImageStore
{
public:
    explicit ImageStore(QString directory);

    struct Listing
    {
        QList<BaseImage> images; ///< newest first
        QList<Error> damaged;    ///< directories that are not usable, with the reason
    };
    [[nodiscard]] Listing list() const;
    [[nodiscard]] Result<BaseImage> find(const QString &digest) const;

    /// Removes the image's directory, on another thread. The caller makes sure that no sandbox
    /// builds on it.
    Future<> remove(const QString &digest) const;

private:
    QString m_directory;
};

} // namespace vmm
