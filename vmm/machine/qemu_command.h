#pragma once

#include "vmm/machine/host_capabilities.h"
#include "vmm/machine/machine_spec.h"
#include "vmm/program.h"

namespace vmm {

/// One file that QEMU is given, and the name it has inside the confinement.
struct FileGrant
{
    QString path = {};
    QString inside = {};
    DiskSpec::Access access = DiskSpec::Access::ReadOnly;
    friend bool operator==(const FileGrant &, const FileGrant &) = default;
};

/// The files of a machine; nothing else on the host is QEMU's business. Read-only ones are also
/// mounted so, since a process can make its own user's files writable again through a descriptor.
QList<FileGrant> filesOf(const MachineSpec &spec);

/// How QEMU reaches what it was given.
struct QemuWiring
{
    enum class Files { ByHostPath, ByInsideName };

    Files files = Files::ByHostPath;
    QString monitor = {}; ///< address of a chardev, such as "fd=7"
    QString console = {};
    QStringList ports =
        {}; ///< in the order of MachineSpec::ports, such as "fd=8,server=on,wait=off"
};

/// The command line of a valid spec. Pure. The machine has no network card, display, USB or
/// firmware settings of a user's.
CommandLine qemuCommand(
    const MachineSpec &spec, const HostCapabilities &host, const QemuWiring &wiring);

} // namespace vmm
