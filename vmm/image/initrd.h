#pragma once

#include "vmm/future.h"

#include <QStringList>

namespace vmm {

/// One initrd out of several cpio parts (plain or compressed, each as it is), in `cacheDirectory`,
/// named by the parts' contents so that it is made once. The guest agent's part comes last: its
/// /init wins. A single part is returned as it is. Older files that are not in use any more are
/// left for `paddock prune`. Fails with ImageMissing or Io.
Future<QString> initrdFrom(const QStringList &parts, const QString &cacheDirectory);

} // namespace vmm
