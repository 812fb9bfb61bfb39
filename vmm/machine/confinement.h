#pragma once

#include "vmm/machine/qemu_command.h"

namespace vmm {

/// The part of a host's root that programs need to start: `/usr`, and `/lib` and its like, which
/// are links or directories.
struct SystemLayout
{
    QStringList directories = {};                  ///< "/usr"
    QList<std::pair<QString, QString>> links = {}; ///< "/lib" → "usr/lib"

    static SystemLayout ofThisHost();
    friend bool operator==(const SystemLayout &, const SystemLayout &) = default;
};

/// What a confined program gets beside the system's own directories.
struct Confinement
{
    QString bubblewrap = {}; ///< program
    SystemLayout system = {};
    QList<FileGrant> files = {};
    QStringList devices = {}; ///< "/dev/kvm"
};

/// The command inside an empty root with no network, no capabilities and no other process; it dies
/// with its parent. Descriptors are inherited as they are. Pure.
CommandLine confined(const CommandLine &command, const Confinement &confinement);

} // namespace vmm
