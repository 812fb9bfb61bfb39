#pragma once

#include "core/async/steps.h"
#include "core/paths.h"
#include "vmm/image/base_image.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/machine/host_capabilities.h"
#include "vmm/template/machine_template.h"

#include <QObject>

namespace core {

/// What every machine of this host stands on.
struct Groundwork
{
    vmm::BaseImage image = {}; ///< its parts have been compared with their checksums
    vmm::HostCapabilities host = {};
    vmm::AccelerationVerdict acceleration = {};
    QString initrd = {}; ///< path; modules of the image and guest agent
};

struct GroundworkRequest
{
    Paths paths;
    QString imageDirectory; ///< use this image (PADDOCK_IMAGE); empty: one of the store
    QString guestPart;      ///< the initrd's part with the guest agent
    QString image;          ///< digest; empty: any, the newest first
    enum class Fit { AnyImage, ThisImage } fit = Fit::AnyImage; ///< a disk builds on `image`
    bool acceptEmulation = false;
};

/// Finds and checks it. What has not changed since the last time is not looked at again, so this
/// takes a few milliseconds but for the first time. Deleting it gives up.
class GroundworkSearch : public QObject
{
    Q_OBJECT

public:
    explicit GroundworkSearch(GroundworkRequest request);

    /// Fails with what the user can act on: ImageMissing, ImageDamaged, QemuMissing, QemuTooOld,
    /// EmulationNotAccepted. `found()` has what was known by then.
    Future<> run();
    [[nodiscard]] const Groundwork &found() const { return m_found; }

private:
    Result<vmm::BaseImage> findImage() const;
    Future<> findHost();
    Future<> prepareInitrd();
    Future<> probe();

    GroundworkRequest m_request;
    Groundwork m_found;
};

/// EmulationNotAccepted when there is only software emulation and the user has not agreed to it.
Result<> checkConsent(const vmm::AccelerationVerdict &verdict, bool acceptEmulation);

/// What a template must have been made for to stand for a machine of these sizes here.
vmm::TemplateIdentity templateIdentity(
    const Groundwork &groundwork, int cpus, int memoryMiB, int diskGiB);

} // namespace core
