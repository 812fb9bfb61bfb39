#pragma once

#include "core/client/sandbox_status.h"
#include "core/paths.h"

#include <QList>

#include <functional>

namespace core {

/// The ids of the directories below `sandboxes/`, sorted.
QList<SandboxId> sandboxIds(const Paths &paths);

/// The settings in sandbox.json; the reason when it cannot be read or is invalid.
Result<SandboxSettings> readSettings(const Paths &paths, const SandboxId &id);

/// Whether a warden holds the sandbox.
bool isHeld(const Paths &paths, const SandboxId &id);

/// last-exit.json: why the last launch or machine ended; an error when it ended well.
Result<QJsonObject> lastExit(const Paths &paths, const SandboxId &id);

/// What the directory alone tells: `Stopped`, `Failed` (last-exit.json, or an unreadable
/// sandbox.json), or `NotAnswering` for one whose warden holds it, until that warden says more.
SandboxStatus statusOnDisk(const Paths &paths, const SandboxId &id);

/// Writes a new sandbox's directory complete or not at all. The caller holds the creation lock.
/// `fill` puts more into the directory, before it becomes a sandbox's.
Result<> writeSandbox(const Paths &paths,
    const SandboxSettings &settings,
    const QString &initialPolicy,
    const std::function<Result<>(const QString &directory)> &fill = {});

/// Takes the sandbox out of the list and gives back the path of what is left to delete.
/// StateConflict while it is held.
Result<QString> discardSandbox(const Paths &paths, const SandboxId &id);

/// Runtime directories without a sandbox, and half-made or discarded sandboxes: what a power cut
/// leaves. The caller holds the creation lock.
void sweepLeftovers(const Paths &paths);

} // namespace core
