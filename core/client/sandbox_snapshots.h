#pragma once

#include "core/async/steps.h"
#include "core/sandbox/snapshot.h"

#include <QHash>

namespace core {

struct Paths;
class Sandboxes;

/// The snapshots of a sandbox, whether it runs or not, the oldest first; damaged ones are among
/// them. Reads its directory.
QList<SnapshotInfo> listSnapshots(const Paths &paths, const SandboxId &id);

/// Of a running sandbox, which goes on; an empty name: one is made. Usage for what is no name,
/// NameTaken, NotEnoughDisk, StateConflict when it does not run or one is being taken.
Future<SnapshotInfo> takeSnapshot(
    Sandboxes &sandboxes, const SandboxId &id, const QString &name = {});

/// Also of a running sandbox. Usage when there is none of the name.
Future<> removeSnapshot(Sandboxes &sandboxes, const SandboxId &id, const QString &name);

struct RestoreOptions
{
    enum class Present {
        Keep,   ///< it becomes an automatic snapshot first; if it cannot, nothing happens
        Discard ///< what has happened since is lost
    };
    enum class Then { Start, Nothing };
    Present present = Present::Keep;
    Then then = Then::Start;
    QHash<QString, QByteArray> secrets = {}; ///< as for Sandboxes::start
};

/// Brings a sandbox back to a snapshot, whether it runs or not, and starts it from there; answers
/// when its warden serves, as Sandboxes::start does. The snapshot stays. The folder of this
/// computer is not changed: the sandbox gets what it has now. Usage when there is none of the name,
/// Failed for a damaged one.
Future<> restoreSnapshot(Sandboxes &sandboxes,
    const SandboxId &id,
    const QString &name,
    const RestoreOptions &options = {});

} // namespace core
