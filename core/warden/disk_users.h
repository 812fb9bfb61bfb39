#pragma once

#include "core/paths.h"

#include <QStringList>

namespace core {

/// Who builds on a template or an image: sandboxes by their names, "template NAME", and whatever
/// else has disks, by its place below the data directory ("layers/…"). What a sandbox intends and
/// what the disks' own headers say both count, and so does a sandbox that cannot be read. Sorted.
QStringList usersOfTemplate(const Paths &paths, const QString &name);
QStringList usersOfImage(const Paths &paths, const QString &digest);

} // namespace core
