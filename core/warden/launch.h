#pragma once

#include "core/async/steps.h"
#include "core/config/config.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"
#include "vmm/image/base_image.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/machine/machine.h"

#include <QObject>

#include <memory>

namespace core {

/// A machine on its way through futures, which copy their results; one owner in the end.
using SharedMachine = std::shared_ptr<vmm::Machine>;

/// What a launch needs to know.
struct LaunchRequest
{
    Paths paths;
    SandboxSettings settings;
    Config config;
    QString imageDirectory; ///< use this image (PADDOCK_IMAGE); empty: the sandbox's own, or the
                            ///< newest of the store
    QString guestPart;      ///< the initrd's part with the guest agent
};

/// The way from a stopped sandbox to a machine whose virtual CPUs run: image, room, QEMU,
/// acceleration and consent, disks. Deleting it gives up.
class Launch : public QObject
{
    Q_OBJECT

public:
    explicit Launch(LaunchRequest request);

    /// The machine, started. Fails with what the user can act on.
    Future<SharedMachine> run();

    /// Known as the launch goes on. The settings may have gained an image and a machine type.
    [[nodiscard]] const SandboxSettings &settings() const { return m_request.settings; }
    [[nodiscard]] const vmm::HostCapabilities &host() const { return m_host; }
    [[nodiscard]] const vmm::AccelerationVerdict &acceleration() const { return m_acceleration; }

signals:
    void reached(core::LaunchStage stage, const QString &text);

private:
    Result<vmm::BaseImage> findImage() const;
    Future<> checkHost();
    Future<> prepareInitrd();
    Future<> probe();
    Future<> makeDisks();
    Future<> makeDisk(const QString &name);
    Result<> keepSettings();
    Future<SharedMachine> startMachine();
    [[nodiscard]] QString disk(const QString &name) const;

    LaunchRequest m_request;
    vmm::BaseImage m_image;
    vmm::HostCapabilities m_host;
    vmm::AccelerationVerdict m_acceleration;
    QString m_initrd;
};

/// The machine of a sandbox; pure.
struct MachineParts
{
    QString sandboxDirectory;
    QString initrd;
    vmm::Acceleration acceleration = vmm::Acceleration::Tcg;
    QString cpuModel = {};
};
vmm::MachineSpec machineSpec(
    const SandboxSettings &settings, const vmm::BaseImage &image, const MachineParts &parts);

/// EmulationNotAccepted when there is only software emulation and the user has not agreed to it.
Result<> checkConsent(const vmm::AccelerationVerdict &verdict, bool acceptEmulation);

} // namespace core
