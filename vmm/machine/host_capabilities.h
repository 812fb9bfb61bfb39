#pragma once

#include "vmm/future.h"

#include <QStringList>
#include <QVersionNumber>

namespace vmm {

/// What this host can do for machines. Acceleration is another question: acceleration_probe.h.
struct HostCapabilities
{
    QString qemu = {}; ///< program
    QVersionNumber qemuVersion = {};
    QString machineType = {};      ///< newest versioned q35 (virt on arm) that this QEMU lists
    QStringList accelerators = {}; ///< as `-accel help` lists them
    QString qemuImg = {};          ///< program; empty when missing
    QString bubblewrap = {};       ///< program; empty when QEMU cannot be confined with it
    QString
        confinementGap; ///< why bubblewrap cannot be used, for people to read; empty when it can

    /// One line for `diagnose` and the log: how QEMU is confined, or why it is not.
    [[nodiscard]] QString confinement() const;
    friend bool operator==(const HostCapabilities &, const HostCapabilities &) = default;
};

/// Where to look for the programs; an empty member means: search PATH.
struct HostPrograms
{
    QString qemu = {};
    QString qemuImg = {};
    QString bubblewrap = {};

    /// From PADDOCK_QEMU, PADDOCK_QEMU_IMG and PADDOCK_BWRAP.
    static HostPrograms fromEnvironment();
};

/// The oldest QEMU that is supported.
inline const QVersionNumber oldestQemu{8, 2};

/// Runs `qemu --version`, `-machine help`, `-accel help` and a trial of bubblewrap side by side;
/// takes about 0.1 s, and gives up after 10 s. Fails with QemuMissing or QemuTooOld; detail names
/// the program and the version found.
Future<HostCapabilities> probeHost(const HostPrograms &programs);

} // namespace vmm
