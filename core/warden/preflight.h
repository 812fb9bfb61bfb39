#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QStringList>

namespace core {

struct Paths;
struct SandboxId;

/// What the host has left, in MiB; -1 when it cannot be told.
struct HostRoom
{
    qint64 memoryMiB = -1;
    qint64 diskMiB = -1; ///< on the file system of the sandbox
    double stalled = -1; ///< per cent of the last 10 s in which all work waited for memory
    friend bool operator==(const HostRoom &, const HostRoom &) = default;
};

/// Free for this user on the file system of `directory`; -1 when it cannot be told.
qint64 freeBytes(const QString &directory);
/// Reads /proc/meminfo, /proc/pressure/memory and the file system of `directory`.
HostRoom readHostRoom(const QString &directory);
/// MemAvailable and SwapFree of /proc/meminfo, in MiB; -1 when they are not there.
qint64 availableMemoryMiB(const QByteArray &meminfo);
/// avg10 of the line "full" of /proc/pressure/memory; -1 when it is not there.
double stalledPercent(const QByteArray &pressure);

/// What is to be done, and what else may want memory.
struct Demand
{
    /// A machine's; 0: none is started.
    int memoryMiB = 0;
    /// What a start writes in its first seconds: of dockerd and of the first sync.
    qint64 diskMiB = 1024;
    qint64 floorGiB = 0;     ///< of disk, below which machines stand still
    qint64 othersMiB = 0;    ///< memory of the sandboxes that run
    QStringList others = {}; ///< their names, the largest first
    friend bool operator==(const Demand &, const Demand &) = default;
};

/// Refuses what would run out of memory or disk at once or soon: NotEnoughMemory, NotEnoughDisk,
/// with the reasons and what could be suspended. What cannot be told does not hinder.
///
/// The estimate: the new machine may fill all of its memory, and those that run now grow by a tenth
/// of theirs together. A fork takes 60 to 120 MB at first and an agent at work several hundred;
/// that all of them fill theirs at once is what suspending is for.
Result<> checkRoom(const HostRoom &room, const Demand &demand);

/// The demand of starting a machine beside the sandboxes that run now, other than `self`.
Demand demandOf(const Paths &paths, const SandboxId &self, int memoryMiB, qint64 floorGiB);

} // namespace core
