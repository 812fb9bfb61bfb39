#include "core/warden/machine_plan.h"

#include "core/sandbox/disk_layers.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 gibibyte = qint64(1) << 30;
constexpr qint64 rootBytes = 40 * gibibyte;

vmm::DiskSpec diskSpec(const QString &name, const vmm::BaseImage &image, const MachineParts &parts)
{
    vmm::DiskSpec spec;
    spec.name = name;
    const DiskLayers layers(parts.sandboxDirectory);
    for (const int layer : parts.layers)
        spec.layers << layers.file(layer, name);
    spec.path = spec.layers.takeFirst();
    if (parts.below)
        spec.layers << parts.below->disk(name);
    if (name == "root"_L1)
        spec.layers << image.root();
    return spec;
}

vmm::MachineSpec commonSpec(const vmm::BaseImage &image, const MachineParts &parts)
{
    vmm::MachineSpec spec;
    spec.acceleration = parts.acceleration;
    spec.cpuModel = parts.cpuModel;
    spec.kernel = image.kernel();
    spec.initrd = parts.initrd;
    for (const auto &name : diskNames())
        spec.disks << diskSpec(name, image, parts);
    spec.ports = {u"org.paddock.control"_s, u"org.paddock.egress"_s, u"org.paddock.sync"_s};
    return spec;
}

} // namespace

QString toString(LaunchWay way)
{
    switch (way) {
    case LaunchWay::Boot:
        return u"boot"_s;
    case LaunchWay::Fork:
        return u"fork"_s;
    case LaunchWay::Resume:
        return u"resume"_s;
    }
    std::unreachable();
}

vmm::MachineSpec machineSpec(
    const SandboxSettings &settings, const vmm::BaseImage &image, const MachineParts &parts)
{
    auto spec = commonSpec(image, parts);
    spec.name = u"paddock-"_s + settings.id.value;
    spec.cpus = settings.cpus;
    spec.memory.sizeMiB = settings.memoryMiB;
    spec.machineType = settings.machineType;
    if (parts.way == LaunchWay::Fork && parts.below) {
        spec.memory.backing = vmm::MemorySpec::Backing::PrivateFile;
        spec.memory.path = parts.below->ram();
        spec.start = {.from = vmm::StartSpec::From::DeviceState, .state = parts.below->state()};
    }
    if (parts.way == LaunchWay::Resume)
        spec.start = {.from = vmm::StartSpec::From::State, .state = parts.state};
    if (parts.way == LaunchWay::Resume && !parts.ram.isEmpty()) {
        spec.memory.backing = vmm::MemorySpec::Backing::PrivateFile;
        spec.memory.path = parts.ram;
        spec.start.from = vmm::StartSpec::From::DeviceState;
    }
    return spec;
}

vmm::MachineSpec templateSpec(
    const vmm::TemplateIdentity &identity, const vmm::BaseImage &image, const MachineParts &parts)
{
    auto spec = commonSpec(image, parts);
    spec.name = u"paddock-template-"_s + identity.key();
    spec.cpus = identity.cpus;
    spec.memory.sizeMiB = identity.memoryMiB;
    spec.memory.backing = vmm::MemorySpec::Backing::SharedFile;
    spec.memory.path = parts.sandboxDirectory + u"/ram"_s;
    spec.machineType = identity.machineType;
    return spec;
}

const QStringList &diskNames()
{
    static const QStringList names{u"root"_s, u"docker"_s, u"work"_s};
    return names;
}

qint64 diskBytes(const QString &name, int diskGiB)
{
    return name == "root"_L1 ? rootBytes : diskGiB * gibibyte;
}

} // namespace core
