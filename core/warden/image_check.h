#pragma once

#include "core/async/steps.h"
#include "vmm/image/base_image.h"

#include <QStringList>

namespace core {

/// Makes sure that an image is what its manifest says. Reading 2.5 GB takes seconds, so a good
/// result is kept in each of `caches` for as long as every part keeps its device, inode, size and
/// times; a cache that others could write is not believed. ImageDamaged names the part.
Future<> checkImage(QObject *context, const vmm::BaseImage &image, const QStringList &caches);

/// Where good results are kept: in Paddock's own directory, and beside an image that was given by
/// its path, so that not every PADDOCK_HOME reads it again.
QStringList imageCheckCaches(
    const QString &ownDirectory, const vmm::BaseImage &image, const QString &givenDirectory);

/// What identifies the present files of an image without reading them.
QString fingerprintOf(const vmm::BaseImage &image);

} // namespace core
