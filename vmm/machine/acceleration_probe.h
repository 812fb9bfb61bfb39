#pragma once

#include "vmm/future.h"
#include "vmm/machine/host_capabilities.h"
#include "vmm/machine/machine_spec.h"

#include <QString>

#include <optional>

namespace vmm {

/// How machines run on this host, and why.
struct AccelerationVerdict
{
    enum class Reason {
        Works,        ///< a kernel reached user space with it
        NoDevice,     ///< no /dev/kvm: switched off in the firmware, or a VM without nesting
        NoPermission, ///< /dev/kvm is there and may not be opened
        NotInQemu,    ///< this QEMU was built without it
        OpensButNothingBoots, ///< /dev/kvm opens and no kernel gets to user space
        Unsupported,          ///< no accelerator is known for this platform
    };

    Acceleration acceleration = Acceleration::Tcg;
    Reason reason = Reason::Unsupported;
    QString cpuModel = {}; ///< for MachineSpec; empty unless the usual one does not work here
    QString detail = {};   ///< one sentence in English, with what was seen
    qint64 probedAtMs = 0; ///< when the machine was booted, ms since the epoch

    friend bool operator==(const AccelerationVerdict &, const AccelerationVerdict &) = default;
};
QString toString(AccelerationVerdict::Reason reason); ///< "works", "noDevice", …

struct ProbeRequest
{
    HostCapabilities host;
    QString kernel = {}; ///< the kernel that sandboxes run
    QString initrd = {}; ///< one whose /init answers to paddock.probe=1 with `probeAnswer` on the
                         ///< console and powers off
    QString workDirectory = {}; ///< for a run directory that is removed again
    QString cacheFile = {};     ///< JSON, kept from run to run; empty: nothing is kept
    QString kvmDevice = QStringLiteral("/dev/kvm"); ///< what must open before anything is booted
};

/// What a booted probe writes to its console.
inline constexpr char probeAnswer[] = "PADDOCK-PROBE-OK";
/// How long a kernel has to reach user space under acceleration.
inline constexpr int probeLimitMs = 3000;

enum class ProbeCache { Use, Refresh };

/// Boots the kernel under the platform's accelerator. Never fails: what does not work is TCG with
/// the reason. Answers within 5 s, and at once when the cache knows this kernel, QEMU and CPU. A
/// missing device or permission is looked up every time.
QFuture<AccelerationVerdict> probeAcceleration(const ProbeRequest &request, ProbeCache cache);

/// What probeAcceleration() with the cache answers at once; nothing when it would boot.
std::optional<AccelerationVerdict> knownVerdict(const ProbeRequest &request);

} // namespace vmm
