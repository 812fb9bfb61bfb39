#pragma once

#include "core/sandbox/sandbox_settings.h"
#include "vmm/image/base_image.h"
#include "vmm/machine/machine_spec.h"
#include "vmm/template/machine_template.h"

#include <optional>

namespace core {

/// How a sandbox's machine begins.
enum class LaunchWay {
    Boot,
    Fork,  ///< new, from a template
    Resume ///< as it was suspended
};

QString toString(LaunchWay way); ///< "boot", "fork", "resume"

/// The machine of a sandbox; pure.
struct MachineParts
{
    QString sandboxDirectory;
    QString initrd;
    vmm::Acceleration acceleration = vmm::Acceleration::Tcg;
    QString cpuModel = {};
    std::optional<vmm::MachineTemplate> below = {}; ///< what the disks build on; none: the image
    LaunchWay way = LaunchWay::Boot;
    QString state = {};      ///< path of a suspended machine's state
    QString ram = {};        ///< and of its RAM, for a fork; empty: the state holds it
    QList<int> layers = {0}; ///< of its disks (disk_layers.h), the one that is written first
};
vmm::MachineSpec machineSpec(
    const SandboxSettings &settings, const vmm::BaseImage &image, const MachineParts &parts);

/// The machine that becomes a template in `directory`: written through to its memory file.
vmm::MachineSpec templateSpec(
    const vmm::TemplateIdentity &identity, const vmm::BaseImage &image, const MachineParts &parts);

/// "root", "docker", "work": the disks of every machine, in this order.
const QStringList &diskNames();
/// The virtual size of a new disk. The root's is more than the image has: what an agent may
/// install.
qint64 diskBytes(const QString &name, int diskGiB);

} // namespace core
