#pragma once

#include "core/async/steps.h"
#include "vmm/image/base_image.h"

namespace core {

/// Makes sure that an image is what its manifest says. Reading 2.5 GB takes seconds, so a good
/// result is kept in `cacheFile` for as long as every part keeps its size, inode and times.
/// ImageDamaged names the part.
Future<> checkImage(QObject *context, const vmm::BaseImage &image, const QString &cacheFile);

/// What identifies the present files of an image without reading them.
QString fingerprintOf(const vmm::BaseImage &image);

} // namespace core
