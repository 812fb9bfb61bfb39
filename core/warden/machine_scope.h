#pragma once

#include "core/async/steps.h"

#include <QDBusConnection>
#include <QList>
#include <QString>

namespace core {

/// A systemd scope around the processes of one machine: what it may take of the host. A value, and
/// the same on every computer.
struct MachineScope
{
    QString unit; ///< "paddock-a1b2c3d4-77.scope"
    QString description;
    QList<uint> processes;
    quint64 cpuMicrosecondsPerSecond = 0;
    quint64 memoryHighBytes = 0; ///< above it the machine is slowed down, never killed
    friend bool operator==(const MachineScope &, const MachineScope &) = default;
};

struct ScopeDemand
{
    QString sandbox; ///< its id
    QString name;
    int cpus = 2;
    int memoryMiB = 2048;
    QList<qint64> processes = {}; ///< QEMU and what it is confined by; not empty
};
MachineScope machineScope(const ScopeDemand &demand);

/// Asks systemd of the user's session for it: the unit's name, or Failed with the reason why there
/// are no limits (no session bus, no systemd there, or its own words).
Future<QString> startScope(
    QObject *context, const QDBusConnection &session, const MachineScope &scope);

/// Whether systemd runs the user's session, for `diagnose`: its version, or Failed with the reason.
Future<QString> limitsOfSession(QObject *context, const QDBusConnection &session);

/// A process and all below it, from /proc.
QList<qint64> processTree(qint64 root);

} // namespace core
