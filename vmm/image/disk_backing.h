#pragma once

#include <QString>

namespace vmm {

/// The file that a qcow2 disk builds on, as its header names it; empty for a disk of its own and
/// for what is no qcow2. Reads a few hundred bytes; works while a machine writes the disk.
QString backingOf(const QString &disk);

/// The size of a qcow2 disk as a machine sees it; 0 for what is none. As `backingOf`.
qint64 virtualBytesOf(const QString &disk);

} // namespace vmm
