#pragma once

#include "tests/settled.h"
#include "vmm/image/image_store.h"
#include "vmm/image/initrd.h"
#include "vmm/machine/host_capabilities.h"
#include "vmm/machine/machine_spec.h"

/// The real QEMU with the image's kernel and the guest agent's initrd: a machine that boots to user
/// space, tells so and powers off. PADDOCK_IMAGE names the image; tests/run.sh sets it.
struct ProbeMachine
{
    vmm::HostCapabilities host;
    vmm::MachineSpec spec; ///< 256 MiB, a control port and no disk

    static vmm::Result<ProbeMachine> find(const QString &initrdCache)
    {
        using namespace Qt::StringLiterals;
        const auto image = vmm::openImage(qEnvironmentVariable("PADDOCK_IMAGE"));
        if (!image)
            return std::unexpected(image.error());
        const auto host = settled(vmm::probeHost(vmm::HostPrograms::fromEnvironment()));
        if (!host)
            return std::unexpected(host.error());
        const auto initrd = settled(vmm::initrdFrom(
            {image->modules(), QStringLiteral(PROGRAMS "/guest.cpio")}, initrdCache));
        if (!initrd)
            return std::unexpected(initrd.error());
        ProbeMachine found{.host = *host, .spec = {}};
        found.spec.memory.sizeMiB = 256;
        found.spec.kernel = image->kernel();
        found.spec.initrd = *initrd;
        found.spec.kernelOptions = u"paddock.probe=1"_s;
        found.spec.ports = {u"org.paddock.control"_s};
        return found;
    }
};
