#pragma once

#include "core/sandbox/sandbox_settings.h"

#include <QJsonObject>
#include <QList>

#include <optional>

namespace core {

/// Why a snapshot was taken. One that was asked for stays until it is removed; the others are
/// automatic and go, the oldest first, when they take more room than they are given.
enum class SnapshotReason {
    Asked,
    Prompt, ///< the agent was about to be told something
    Hourly, ///< so many minutes had passed
    Restore ///< an older one was about to replace what it holds
};
QString toString(SnapshotReason reason); ///< "", "prompt", "hourly", "restore"

/// What is shown of a snapshot.
struct SnapshotInfo
{
    QString name;
    qint64 atMs = 0;
    SnapshotReason reason = SnapshotReason::Asked;
    qint64 bytes = 0;     ///< on the host's disk, of this snapshot alone
    int pauseMs = 0;      ///< how long the sandbox stood still for it
    QString branch = {};  ///< "refs/heads/…" of the folder's repository then; may be empty
    QString commit = {};  ///< and what was checked out there
    bool fits = false;    ///< its memory can be resumed here; else its disks boot, with a notice
    bool damaged = false; ///< it cannot be restored, only removed
    friend bool operator==(const SnapshotInfo &, const SnapshotInfo &) = default;
};
QJsonObject toJson(const SnapshotInfo &info); ///< SNAP of API.md
SnapshotInfo snapshotFromJson(const QJsonObject &json);
/// "main 1a2b3c4d"; empty without a repository.
QString commitText(const SnapshotInfo &info);

/// 1–40 of A-Z a-z 0-9 . _ -, the first a letter or digit.
bool isSnapshotName(const QString &name);
/// "s1", "s2", …: the first that is free.
QString freeSnapshotName(const QStringList &taken);
/// Where the present goes before an older one replaces it: "before-restore", of which there is one;
/// another name when that is the one that replaces it.
QString nameBeforeRestore(const QString &restored);

/// The automatic ones that have to go, oldest first, so that the rest takes at most `budget` bytes
/// and all snapshots together are no more than the disks can have layers for. The newest stays in
/// any case, and so do those that were asked for.
QStringList beyondBudget(const QList<SnapshotInfo> &snapshots, qint64 budget);

/// The settings for a machine of that time: its sizes and what its disks build on are those of
/// then, the present sizes come with the next boot, the rest is as now.
SandboxSettings settingsOfThen(const SandboxSettings &now, const SandboxSettings &then);

} // namespace core
