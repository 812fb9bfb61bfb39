#include "core/warden/launch.h"

#include "core/config/write_file.h"
#include "core/warden/image_check.h"
#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/image/image_store.h"
#include "vmm/image/initrd.h"

#include <QFileInfo>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 gibibyte = qint64(1) << 30;
constexpr qint64 rootBytes = 40 * gibibyte; // virtual: what an agent may install beside the image

Error missingImage(const QString &detail)
{
    return {.kind = Error::Kind::ImageMissing, .detail = detail};
}

vmm::DiskSpec overlayDisk(const QString &path, const vmm::BaseImage &image)
{
    vmm::DiskSpec spec;
    spec.name = u"root"_s;
    spec.path = path;
    spec.basePath = image.root();
    return spec;
}

vmm::DiskSpec ownDisk(const QString &name, const QString &path)
{
    vmm::DiskSpec spec;
    spec.name = name;
    spec.path = path;
    return spec;
}

} // namespace

vmm::MachineSpec machineSpec(
    const SandboxSettings &settings, const vmm::BaseImage &image, const MachineParts &parts)
{
    vmm::MachineSpec spec;
    spec.name = u"paddock-"_s + settings.id.value;
    spec.cpus = settings.cpus;
    spec.memory.sizeMiB = settings.memoryMiB;
    spec.machineType = settings.machineType;
    spec.acceleration = parts.acceleration;
    spec.cpuModel = parts.cpuModel;
    spec.kernel = image.kernel();
    spec.initrd = parts.initrd;
    spec.disks = {overlayDisk(parts.sandboxDirectory + u"/root.qcow2"_s, image),
        ownDisk(u"docker"_s, parts.sandboxDirectory + u"/docker.qcow2"_s),
        ownDisk(u"work"_s, parts.sandboxDirectory + u"/work.qcow2"_s)};
    spec.ports = {u"org.paddock.control"_s, u"org.paddock.egress"_s, u"org.paddock.sync"_s};
    return spec;
}

Result<> checkConsent(const vmm::AccelerationVerdict &verdict, bool acceptEmulation)
{
    if (verdict.acceleration != vmm::Acceleration::Tcg || acceptEmulation)
        return {};
    return std::unexpected(
        Error{.kind = Error::Kind::EmulationNotAccepted, .detail = verdict.detail});
}

Launch::Launch(LaunchRequest request)
    : m_request(std::move(request))
{
}

Future<SharedMachine> Launch::run()
{
    emit reached(LaunchStage::Image, u"Checking the image"_s);
    auto image = findImage();
    if (!image)
        return core::ready(Result<SharedMachine>(std::unexpected(image.error())));
    m_image = *image;
    const auto cache = u"%1/verified-%2"_s.arg(m_request.paths.cache, m_image.digest);
    makePrivateDirectory(m_request.paths.cache);
    return steps(this, checkImage(this, m_image, cache))
        .then([this] { return checkHost(); })
        .then([this] { return prepareInitrd(); })
        .then([this] { return probe(); })
        .then([this] { return makeDisks(); })
        .then([this] { return startMachine(); })
        .finally([](const Result<SharedMachine> &) {});
}

Result<vmm::BaseImage> Launch::findImage() const
{
    const auto &wanted = m_request.settings.image;
    const bool hasDisk = QFileInfo::exists(disk(u"root"_s));
    if (!m_request.imageDirectory.isEmpty()) {
        const auto given = fromVmm(vmm::openImage(m_request.imageDirectory));
        // The disk of a sandbox fits the image it was made of and no other.
        if (!given || !hasDisk || given->digest == wanted)
            return given;
    }
    const vmm::ImageStore store(m_request.paths.images());
    if (hasDisk || !wanted.isEmpty()) {
        const auto found = store.find(wanted);
        if (!found)
            return std::unexpected(
                missingImage(u"the disk of this sandbox builds on image %1: %2"_s.arg(
                    wanted, found.error().detail)));
        return *found;
    }
    const auto listing = store.list();
    if (!listing.images.isEmpty())
        return listing.images.first();
    if (!listing.damaged.isEmpty())
        return std::unexpected(fromVmm(listing.damaged.first()));
    return std::unexpected(
        missingImage(u"there is no image yet in %1"_s.arg(m_request.paths.images())));
}

Future<> Launch::checkHost()
{
    const auto room = readHostRoom(m_request.paths.sandboxes());
    if (const auto enough = checkRoom(room, m_request.settings.memoryMiB); !enough)
        return ready(enough);
    return vmm::probeHost(vmm::HostPrograms::fromEnvironment())
        .then(this, [this](const vmm::Result<vmm::HostCapabilities> &host) -> Result<> {
            if (!host)
                return std::unexpected(fromVmm(host.error()));
            m_host = *host;
            return {};
        });
}

Future<> Launch::prepareInitrd()
{
    if (!QFileInfo::exists(m_request.guestPart))
        return ready(Result<>(std::unexpected(
            missingImage(u"the guest agent is missing: %1"_s.arg(m_request.guestPart)))));
    return vmm::initrdFrom(
        {m_image.modules(), m_request.guestPart}, m_request.paths.cache + u"/initrd"_s)
        .then(this, [this](const vmm::Result<QString> &initrd) -> Result<> {
            if (!initrd)
                return std::unexpected(fromVmm(initrd.error()));
            m_initrd = *initrd;
            return {};
        });
}

Future<> Launch::probe()
{
    const vmm::ProbeRequest request{
        .host = m_host,
        .kernel = m_image.kernel(),
        .initrd = m_initrd,
        .workDirectory = m_request.paths.runtimeOf(m_request.settings.id.value),
        .cacheFile = m_request.paths.cache + u"/acceleration.json"_s,
    };
    return vmm::probeAcceleration(request, vmm::ProbeCache::Use)
        .then(this, [this](const vmm::AccelerationVerdict &verdict) {
            m_acceleration = verdict;
            return checkConsent(verdict, m_request.config.acceptEmulation);
        });
}

Future<> Launch::makeDisks()
{
    emit reached(LaunchStage::Disks, u"Preparing the disks"_s);
    m_request.settings.image = m_image.digest;
    if (m_request.settings.machineType.isEmpty())
        m_request.settings.machineType = m_host.machineType;
    if (const auto kept = keepSettings(); !kept)
        return ready(kept);
    const vmm::OverlayRequest root{
        .path = disk(u"root"_s), .basePath = m_image.root(), .bytes = rootBytes};
    auto made = QFileInfo::exists(root.path)
                    ? ready(Result<>())
                    : fromVmm(this, vmm::createOverlay(m_host.qemuImg, root));
    return steps(this, std::move(made))
        .then([this] { return makeDisk(u"docker"_s); })
        .then([this] { return makeDisk(u"work"_s); })
        .finally([](const Result<> &) {});
}

Future<> Launch::makeDisk(const QString &name)
{
    if (QFileInfo::exists(disk(name)))
        return ready(Result<>());
    return fromVmm(
        this, vmm::createDisk(m_host.qemuImg, disk(name), m_request.settings.diskGiB * gibibyte));
}

Result<> Launch::keepSettings()
{
    return writeFile(m_request.paths.sandbox(m_request.settings.id.value) + u"/sandbox.json"_s,
        QJsonDocument(toJson(m_request.settings)).toJson());
}

Future<SharedMachine> Launch::startMachine()
{
    using Started = Result<SharedMachine>;
    emit reached(LaunchStage::Boot, u"Starting the machine"_s);
    const auto id = m_request.settings.id.value;
    const auto sandbox = m_request.paths.sandbox(id);
    const auto spec = machineSpec(m_request.settings,
        m_image,
        {.sandboxDirectory = sandbox,
            .initrd = m_initrd,
            .acceleration = m_acceleration.acceleration,
            .cpuModel = m_acceleration.cpuModel});
    // Shared with the future, which copies its result; one owner after that.
    auto machine = std::make_shared<vmm::Machine>(spec,
        m_host,
        vmm::Machine::Places{.runDirectory = m_request.paths.runtimeOf(id) + u"/vm"_s,
            .consoleLog = sandbox + u"/log/console.log"_s});
    return machine->start().then(this, [machine](const vmm::Result<> &started) -> Started {
        if (!started)
            return std::unexpected(fromVmm(started.error()));
        return machine;
    });
}

QString Launch::disk(const QString &name) const
{
    return u"%1/%2.qcow2"_s.arg(m_request.paths.sandbox(m_request.settings.id.value), name);
}

} // namespace core
