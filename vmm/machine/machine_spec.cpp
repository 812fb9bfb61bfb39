#include "vmm/machine/machine_spec.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

// Names end up in QEMU's comma-separated options and as file names inside the confinement.
bool fits(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

bool isPath(const QString &path)
{
    return path.startsWith(u'/') && !path.contains(QChar::Null) && !path.contains(u'\n');
}

/// The first thing that is wrong with a disk, or an empty text.
QString flaw(const DiskSpec &disk)
{
    if (!fits(disk.name, u"[a-z0-9-]{1,20}"_s))
        return u"disk name '%1'"_s.arg(disk.name);
    if (!isPath(disk.path))
        return u"path of disk %1"_s.arg(disk.name);
    if (!std::ranges::all_of(disk.layers, isPath) || disk.layers.size() > maxDiskLayers)
        return u"layers of disk %1"_s.arg(disk.name);
    if (!disk.layers.isEmpty() && disk.format != DiskFormat::Qcow2)
        return u"disk %1: only qcow2 has layers"_s.arg(disk.name);
    return {};
}

QString flaw(const MemorySpec &memory)
{
    if (memory.sizeMiB < 128 || memory.sizeMiB > 1048576)
        return u"memory of %1 MiB"_s.arg(memory.sizeMiB);
    if (memory.backing != MemorySpec::Backing::Anonymous && !isPath(memory.path))
        return u"memory file"_s;
    return {};
}

QString flaw(const StartSpec &start, const MemorySpec &memory)
{
    if (start.from != StartSpec::From::Kernel && !isPath(start.state))
        return u"state file"_s;
    if (start.from == StartSpec::From::DeviceState &&
        memory.backing == MemorySpec::Backing::Anonymous)
        return u"a device state needs a memory file"_s;
    return {};
}

QString flaw(const MachineSpec &spec)
{
    if (!fits(spec.name, u"[a-zA-Z0-9_.-]{1,60}"_s))
        return u"name '%1'"_s.arg(spec.name);
    if (spec.cpus < 1 || spec.cpus > 64)
        return u"%1 CPUs"_s.arg(spec.cpus);
    if (!fits(spec.machineType, u"[a-z0-9.-]{0,40}"_s))
        return u"machine type '%1'"_s.arg(spec.machineType);
    if (!fits(spec.cpuModel, u"[A-Za-z0-9_.,+=-]{0,200}"_s))
        return u"CPU model '%1'"_s.arg(spec.cpuModel);
    if (!isPath(spec.kernel) || !isPath(spec.initrd))
        return u"kernel or initrd path"_s;
    if (spec.kernelOptions.size() > 1024 || spec.kernelOptions.contains(u'\n'))
        return u"kernel options"_s;
    QSet<QString> disks;
    for (const auto &disk : spec.disks)
        if (const auto wrong = flaw(disk); !wrong.isEmpty())
            return wrong;
        else
            disks.insert(disk.name);
    QSet<QString> sockets;
    for (const auto &port : spec.ports)
        if (!fits(port, u"([a-z0-9]+\\.)*[a-z0-9-]{1,20}"_s) || port.size() > 60)
            return u"port '%1'"_s.arg(port);
        else
            sockets.insert(socketName(port));
    if (disks.size() != spec.disks.size() || sockets.size() != spec.ports.size())
        return u"two disks or ports of one name"_s;
    const auto wrong = flaw(spec.memory);
    return wrong.isEmpty() ? flaw(spec.start, spec.memory) : wrong;
}

} // namespace

QString toString(Acceleration acceleration)
{
    switch (acceleration) {
    case Acceleration::Tcg:
        return u"tcg"_s;
    case Acceleration::Kvm:
        return u"kvm"_s;
    case Acceleration::Hvf:
        return u"hvf"_s;
    case Acceleration::Whpx:
        return u"whpx"_s;
    }
    std::unreachable();
}

QString toString(DiskFormat format)
{
    switch (format) {
    case DiskFormat::Raw:
        return u"raw"_s;
    case DiskFormat::Qcow2:
        return u"qcow2"_s;
    }
    std::unreachable();
}

Result<> validate(const MachineSpec &spec)
{
    const auto wrong = flaw(spec);
    if (!wrong.isEmpty())
        return std::unexpected(Error{.kind = Error::Kind::InvalidSpec, .detail = wrong});
    return {};
}

QString socketName(const QString &port)
{
    return port.section(u'.', -1) + u".sock"_s;
}

} // namespace vmm
