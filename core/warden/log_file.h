#pragma once

#include <QString>
#include <QStringList>

namespace core {

/// Renames `path.1` to `path.2` and so on; what would become the one after `kept` is removed.
void shiftLogs(const QString &path, int kept);

/// How much a log may take.
struct LogBounds
{
    qint64 bytes = 4 << 20; ///< of one file
    int kept = 2;           ///< former ones
};

/// Turns the log over when it is too large: it becomes `path.1`. For the start, before anybody has
/// it open.
void boundLog(const QString &path, const LogBounds &bounds = {});
/// The same for a log that is open as `descriptor`, which then is the new one. Nothing happens when
/// another file is open there.
void turnOver(int descriptor, const QString &path, const LogBounds &bounds = {});
/// From now on Qt's messages go to standard error, and the log that it is turns over.
void boundOwnLog(const QString &path);

/// The last lines of a file; reads at most its last 1 MiB.
QStringList lastLines(const QString &path, int count);

} // namespace core
