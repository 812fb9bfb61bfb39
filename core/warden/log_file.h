#pragma once

#include <QString>
#include <QStringList>

namespace core {

/// Renames `path.1` to `path.2` and so on; what would become the one after `kept` is removed.
void shiftLogs(const QString &path, int kept);

/// Turns the log over when it is larger than `maxBytes`: it becomes `path.1`. For the start, before
/// anybody has it open.
void boundLog(const QString &path, qint64 maxBytes, int kept);

/// The last lines of a file; reads at most its last 1 MiB.
QStringList lastLines(const QString &path, int count);

} // namespace core
