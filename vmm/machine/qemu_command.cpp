#include "vmm/machine/qemu_command.h"

#include "vmm/machine/block_nodes.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

using Access = DiskSpec::Access;

QString json(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// The names under which QEMU opens the machine's files.
class FileNames
{
public:
    explicit FileNames(QemuWiring::Files files)
        : m_files(files)
    {
    }
    [[nodiscard]] QString of(const QString &path, const QString &role) const
    {
        return m_files == QemuWiring::Files::ByHostPath ? path : u"/vm/"_s + role;
    }

private:
    QemuWiring::Files m_files;
};

bool isArm(const QString &machineType)
{
    return machineType.startsWith("virt"_L1);
}

QString machineOption(const QString &type)
{
    const auto common = u",memory-backend=ram,dump-guest-core=off,mem-merge=off"_s;
    if (isArm(type))
        return type + common;
    return type + common +
           u",usb=off,smbus=off,sata=off,i8042=off,hpet=off,vmport=off,smm=off,fd-bootchk=off"_s;
}

QString accelerationOption(Acceleration acceleration)
{
    switch (acceleration) {
    case Acceleration::Tcg:
        return u"tcg,thread=multi,tb-size=512"_s;
    case Acceleration::Whpx:
        return u"whpx,kernel-irqchip=off"_s;
    case Acceleration::Kvm:
    case Acceleration::Hvf:
        return toString(acceleration);
    }
    std::unreachable();
}

QString cpuOption(Acceleration acceleration, const QString &machineType)
{
    switch (acceleration) {
    case Acceleration::Tcg:
        // Emulated "rep movsb" and "rep stosb" go byte by byte. Without the features that recommend
        // them kernel and C library go by words: measured 4 to 7 times as fast in pipes, page
        // copies and reads of files, 10 times in clearing memory for a program. Dropping others
        // (la57, smap, avx, pcid, rep_good) or the kernel's mitigations gains nothing that can be
        // measured.
        return isArm(machineType) ? u"max,pauth-impdef=on"_s : u"max,-erms,-fsrm,-fsrs"_s;
    case Acceleration::Kvm:
        return isArm(machineType) ? u"host"_s : u"host,-vmx,-svm"_s;
    case Acceleration::Hvf:
        return u"host"_s;
    case Acceleration::Whpx:
        return u"qemu64,+sse4.2,+popcnt,+aes"_s; // WHPX has no "host"
    }
    std::unreachable();
}

/// The backend is JSON because a path may hold commas.
QString memoryObject(const MemorySpec &memory, const FileNames &names)
{
    QJsonObject object{{u"id"_s, u"ram"_s}, {u"size"_s, qint64(memory.sizeMiB) << 20}};
    switch (memory.backing) {
    case MemorySpec::Backing::Anonymous:
        object[u"qom-type"_s] = u"memory-backend-ram"_s;
        return json(object);
    case MemorySpec::Backing::SharedFile:
        object[u"share"_s] = true;
        break;
    case MemorySpec::Backing::PrivateFile:
        // Without rom=off the guest's RAM itself would be read-only; without readonly=on the file
        // could be written.
        object[u"share"_s] = false;
        object[u"readonly"_s] = true;
        object[u"rom"_s] = u"off"_s;
        break;
    }
    object[u"qom-type"_s] = u"memory-backend-file"_s;
    object[u"mem-path"_s] = names.of(memory.path, u"memory"_s);
    return json(object);
}

/// "base" is the nearest layer, "base-2" the one below it.
QString layerRole(qsizetype index)
{
    return index == 0 ? u"base"_s : u"base-%1"_s.arg(index + 1);
}

QStringList diskArguments(const DiskSpec &disk, const FileNames &names)
{
    QStringList arguments;
    QJsonValue below = QJsonValue::Null; // whatever the header says
    for (auto i = disk.layers.size() - 1; i >= 0; --i) {
        const auto node = layerNode(disk.name, i);
        const auto file = names.of(disk.layers[i], u"%1.%2"_s.arg(disk.name, layerRole(i)));
        auto base = blockNode(node, file, DiskFormat::Qcow2, Access::ReadOnly);
        base[u"backing"_s] = below;
        arguments << u"-blockdev"_s << json(base);
        below = node;
    }
    auto top =
        blockNode(disk.name, names.of(disk.path, disk.name + u".disk"_s), disk.format, disk.access);
    if (disk.format == DiskFormat::Qcow2)
        top[u"backing"_s] = below;
    // A full or failing disk of the host makes the machine stand still, with the request kept for
    // another try; the guest never hears of it.
    return arguments << u"-blockdev"_s << json(top) << u"-device"_s
                     << u"virtio-blk-pci,drive=%1,serial=%1,werror=stop,rerror=stop"_s.arg(
                            disk.name);
}

QStringList portArguments(const QStringList &ports, const QStringList &addresses)
{
    if (ports.isEmpty())
        return {};
    QStringList arguments{u"-device"_s, u"virtio-serial-pci,id=ports,max_ports=8"_s};
    for (qsizetype i = 0; i < ports.size(); ++i) {
        const auto id = ports[i].section(u'.', -1);
        arguments << u"-chardev"_s << u"socket,id=port-%1,%2"_s.arg(id, addresses.value(i));
        arguments << u"-device"_s
                  << u"virtserialport,bus=ports.0,nr=%1,chardev=port-%2,name=%3"_s.arg(i + 1).arg(
                         id, ports[i]);
    }
    return arguments;
}

QStringList monitorArguments(const QemuWiring &wiring)
{
    QStringList arguments{u"-chardev"_s,
        u"socket,id=monitor,"_s + wiring.monitor,
        u"-mon"_s,
        u"chardev=monitor,mode=control"_s};
    return arguments << u"-chardev"_s << u"socket,id=console,"_s + wiring.console << u"-serial"_s
                     << u"chardev:console"_s;
}

QString kernelCommandLine(const MachineSpec &spec, const QString &machineType)
{
    QStringList words{isArm(machineType) ? u"console=ttyAMA0"_s : u"console=ttyS0"_s,
        u"quiet"_s,
        u"loglevel=4"_s,
        u"panic=1"_s,
        u"random.trust_cpu=on"_s};
    if (!isArm(machineType))
        words << u"8250.nr_uarts=1"_s << u"no_timer_check"_s << u"reboot=acpi"_s;
    if (!spec.kernelOptions.isEmpty())
        words << spec.kernelOptions;
    return words.join(u' ');
}

bool hasSeccomp(const MachineSpec &spec)
{
    return spec.acceleration == Acceleration::Kvm || spec.acceleration == Acceleration::Tcg;
}

} // namespace

QList<FileGrant> filesOf(const MachineSpec &spec)
{
    QList<FileGrant> grants{{.path = spec.kernel, .inside = u"/vm/kernel"_s},
        {.path = spec.initrd, .inside = u"/vm/initrd"_s}};
    for (const auto &disk : spec.disks) {
        const auto inside = u"/vm/"_s + disk.name;
        grants.append({.path = disk.path, .inside = inside + u".disk"_s, .access = disk.access});
        for (qsizetype i = 0; i < disk.layers.size(); ++i)
            grants.append({.path = disk.layers[i], .inside = inside + u'.' + layerRole(i)});
    }
    if (spec.memory.backing == MemorySpec::Backing::SharedFile)
        grants.append(
            {.path = spec.memory.path, .inside = u"/vm/memory"_s, .access = Access::ReadWrite});
    if (spec.memory.backing == MemorySpec::Backing::PrivateFile)
        grants.append({.path = spec.memory.path, .inside = u"/vm/memory"_s});
    return grants;
}

CommandLine qemuCommand(
    const MachineSpec &spec, const HostCapabilities &host, const QemuWiring &wiring)
{
    const FileNames names(wiring.files);
    const auto type = spec.machineType.isEmpty() ? host.machineType : spec.machineType;
    QStringList arguments{u"-name"_s,
        u"guest=%1,debug-threads=on"_s.arg(spec.name),
        u"-nodefaults"_s,
        u"-no-user-config"_s,
        u"-no-reboot"_s,
        u"-display"_s,
        u"none"_s,
        u"-vga"_s,
        u"none"_s,
        u"-nic"_s,
        u"none"_s,
        u"-parallel"_s,
        u"none"_s};
    arguments << u"-machine"_s << machineOption(type) << u"-accel"_s
              << accelerationOption(spec.acceleration) << u"-cpu"_s
              << (spec.cpuModel.isEmpty() ? cpuOption(spec.acceleration, type) : spec.cpuModel);
    arguments << u"-smp"_s << u"%1"_s.arg(spec.cpus) << u"-m"_s << u"%1M"_s.arg(spec.memory.sizeMiB)
              << u"-object"_s << memoryObject(spec.memory, names);
    if (hasSeccomp(spec))
        arguments << u"-sandbox"_s
                  << u"on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"_s;
    arguments << u"-kernel"_s << names.of(spec.kernel, u"kernel"_s) << u"-initrd"_s
              << names.of(spec.initrd, u"initrd"_s) << u"-append"_s
              << kernelCommandLine(spec, type);
    arguments << monitorArguments(wiring);
    arguments << u"-object"_s << u"rng-builtin,id=rng"_s << u"-device"_s
              << u"virtio-rng-pci,rng=rng,max-bytes=4096,period=1000"_s;
    for (const auto &disk : spec.disks)
        arguments << diskArguments(disk, names);
    arguments << portArguments(spec.ports, wiring.ports);
    if (spec.start.from != StartSpec::From::Kernel)
        arguments << u"-S"_s << u"-incoming"_s << u"defer"_s; // the state comes as a descriptor
    return {.program = host.qemu, .arguments = arguments};
}

} // namespace vmm
