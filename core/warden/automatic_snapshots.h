#pragma once

#include "core/config/config.h"
#include "core/warden/snapshots.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>

namespace core {

/// What decides whether a snapshot is taken by itself.
struct AutomaticFacts
{
    qint64 nowMs = 0;
    qint64 lastMs = 0;         ///< when the last one was taken, or the sandbox began to run
    bool prompted = false;     ///< the agent has just been told something
    bool changed = false;      ///< anything has happened in it since the last one
    bool beforePrompt = false; ///< what the user wants
    int everyMinutes = 0;      ///< the same; 0: never
};
std::optional<SnapshotReason> dueSnapshot(const AutomaticFacts &facts);
/// "auto-20261129-130500", of local time.
QString automaticName(qint64 atMs);

/// Takes snapshots by itself: when the agent is told something, and by the clock. Those that take
/// more room than they are given go, oldest first. What the user wants is read each time.
class AutomaticSnapshots : public QObject
{
    Q_OBJECT

public:
    AutomaticSnapshots(
        Snapshots &snapshots, const Terminals &terminals, std::function<Config()> config);

private:
    void consider(bool prompted);
    void tidy(const SnapshotInfo &newest);

    Snapshots &m_snapshots;
    std::function<Config()> m_config;
    QTimer m_clock;
    qint64 m_lastMs;
    bool m_changed = false;
};

} // namespace core
