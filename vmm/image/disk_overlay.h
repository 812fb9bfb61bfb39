#pragma once

#include "vmm/future.h"
#include "vmm/machine/machine_spec.h"

namespace vmm {

/// A qcow2 file at `path` that holds the changes to `basePath`; at least as large as the base.
/// `bytes` 0 keeps the base's size. An existing file is not touched: that is Io. Fails with
/// DiskFull, Io or ProcessFailed (qemu-img's own words).
struct OverlayRequest
{
    QString path = {};
    QString basePath = {};
    QString baseName = {}; ///< what the header calls the base, from `path` on; empty: `basePath`
    DiskFormat baseFormat = DiskFormat::Qcow2;
    qint64 bytes = 0;
    /// Keeps an empty one here from the first time on, and copies it: 1 ms instead of 20. For a
    /// base that never changes, and that has a directory that goes with it. Needs `bytes`.
    QString patterns = {};
};
Future<> createOverlay(const QString &qemuImg, const OverlayRequest &request);

/// An empty qcow2 file of the given virtual size; it grows as it is written. The guest makes the
/// file system.
Future<> createDisk(const QString &qemuImg, const QString &path, qint64 bytes);

} // namespace vmm
