#pragma once

#include "vmm/result.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace vmm {

enum class Acceleration { Tcg, Kvm, Hvf, Whpx };
QString toString(Acceleration acceleration); ///< "tcg", "kvm", "hvf", "whpx": as QEMU names them

enum class DiskFormat { Raw, Qcow2 };
QString toString(DiskFormat format); ///< "raw", "qcow2"

/// A chain of more layers than this is folded before it grows on; each costs every read a look-up.
inline constexpr qsizetype maxDiskLayers = 32;

/// One virtio disk. The guest finds it by its serial number, which is `name`.
struct DiskSpec
{
    enum class Access { ReadWrite, ReadOnly };

    QString name = {}; ///< "root", "docker", "work": 1–20 of a-z 0-9 -
    QString path = {};
    DiskFormat format = DiskFormat::Qcow2;
    QStringList layers =
        {}; ///< the read-only qcow2 files below a qcow2 overlay, nearest first, at
            ///< most `maxDiskLayers`. The names in their headers are never followed
    Access access = Access::ReadWrite;

    friend bool operator==(const DiskSpec &, const DiskSpec &) = default;
};

/// Where the guest's RAM lives.
struct MemorySpec
{
    enum class Backing {
        Anonymous,
        SharedFile,  ///< written through to `path`: a template while it is made
        PrivateFile, ///< `path` mapped copy-on-write, never written: a fork of a template
    };

    int sizeMiB = 2048; ///< 128–1048576
    Backing backing = Backing::Anonymous;
    QString path = {};

    friend bool operator==(const MemorySpec &, const MemorySpec &) = default;
};

/// Where a machine begins.
struct StartSpec
{
    enum class From {
        Kernel,     ///< boots
        State,      ///< `state` holds devices and RAM: a suspended machine
        DeviceState ///< `state` holds the devices, the RAM is the memory's file: a template
    };
    enum class Then { GoOn, StandStill };

    From from = From::Kernel;
    QString state = {};     ///< path
    Then then = Then::GoOn; ///< once a state is loaded

    friend bool operator==(const StartSpec &, const StartSpec &) = default;
};

/// Everything that makes one virtual machine, and nothing of what it is used for. A value: the
/// command line is derived from it at every start and never stored.
struct MachineSpec
{
    QString name = {}; ///< shown by ps: 1–60 of a-z A-Z 0-9 - _ .
    int cpus = 2;      ///< 1–64
    MemorySpec memory = {};
    QString machineType = {}; ///< versioned, such as "pc-q35-10.0"; empty: the host's newest
    Acceleration acceleration = Acceleration::Tcg;
    QString cpuModel = {}; ///< as AccelerationVerdict has it; empty: what fits the acceleration
    QString kernel = {};   ///< path
    QString initrd = {};   ///< path
    QString kernelOptions = {}; ///< appended to the command line that console and acceleration need
    QList<DiskSpec> disks = {};
    QStringList ports = {}; ///< virtio-serial ports by name, such as "org.paddock.control"
    StartSpec start = {};

    friend bool operator==(const MachineSpec &, const MachineSpec &) = default;
};

/// Fails with InvalidSpec and the member that is wrong. Looks at the values only, never at the
/// disk.
Result<> validate(const MachineSpec &spec);

/// The last part of a port's name: "org.paddock.control" listens at "control.sock" in the run
/// directory.
QString socketName(const QString &port);

} // namespace vmm
