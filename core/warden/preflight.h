#pragma once

#include "core/result.h"

#include <QByteArray>

namespace core {

/// What the host has left, in MiB; -1 when it cannot be told.
struct HostRoom
{
    qint64 memoryMiB = -1;
    qint64 diskMiB = -1; ///< on the file system of the sandbox
    friend bool operator==(const HostRoom &, const HostRoom &) = default;
};

/// Reads /proc/meminfo and the file system of `directory`.
HostRoom readHostRoom(const QString &directory);
/// MemAvailable and SwapFree of /proc/meminfo, in MiB; -1 when they are not there.
qint64 availableMemoryMiB(const QByteArray &meminfo);

/// Refuses a start that would run out of memory or disk at once: NotEnoughMemory, NotEnoughDisk.
/// What cannot be told does not hinder.
Result<> checkRoom(const HostRoom &room, int sandboxMemoryMiB);

} // namespace core
