#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

namespace core {

/// Replaces a file through a temporary one, synced; 0600. The old content stays when it fails.
Result<> writeFile(const QString &path, const QByteArray &content);

/// Renames a file or directory so that a power cut cannot undo it. `to` must not exist.
Result<> renameForGood(const QString &from, const QString &to);
/// The same for a file that may be there already: it is the one or the other at any time.
Result<> replaceForGood(const QString &from, const QString &to);

/// A second name for a file, on the same file system.
Result<> linkFile(const QString &from, const QString &to);

/// What was written to a file or a directory is on the disk.
Result<> syncToDisk(const QString &path);

} // namespace core
