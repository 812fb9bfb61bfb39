#include "core/warden/groundwork.h"

#include "core/warden/image_check.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/image_store.h"
#include "vmm/image/initrd.h"
#include "vmm/machine/host_cache.h"
#include "vmm/machine/verdict_cache.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace core {
namespace {

Error missingImage(const QString &detail)
{
    return {.kind = Error::Kind::ImageMissing, .detail = detail};
}

} // namespace

GroundworkSearch::GroundworkSearch(GroundworkRequest request)
    : m_request(std::move(request))
{
}

Future<> GroundworkSearch::run()
{
    auto image = findImage();
    if (!image)
        return ready(Result<>(std::unexpected(image.error())));
    m_found.image = *std::move(image);
    makePrivateDirectory(m_request.paths.cache);
    makePrivateDirectory(m_request.paths.runtime);
    const auto caches =
        imageCheckCaches(m_request.paths.cache, m_found.image, m_request.imageDirectory);
    return steps(this, checkImage(this, m_found.image, caches))
        .then([this] { return findHost(); })
        .then([this] { return prepareInitrd(); })
        .then([this] { return probe(); })
        .finally([](const Result<> &) {});
}

Result<vmm::BaseImage> GroundworkSearch::findImage() const
{
    const auto &wanted = m_request.image;
    const bool isBound = m_request.fit == GroundworkRequest::Fit::ThisImage;
    if (!m_request.imageDirectory.isEmpty()) {
        const auto given = fromVmm(vmm::openImage(m_request.imageDirectory));
        // The disk of a sandbox fits the image it was made of and no other.
        if (!given || !isBound || given->digest == wanted)
            return given;
    }
    const vmm::ImageStore store(m_request.paths.images());
    if (isBound || !wanted.isEmpty()) {
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

Future<> GroundworkSearch::findHost()
{
    return vmm::probeHost(
        vmm::HostPrograms::fromEnvironment(), m_request.paths.cache + u"/host.json"_s)
        .then(this, [this](const vmm::Result<vmm::HostCapabilities> &host) -> Result<> {
            if (!host)
                return std::unexpected(fromVmm(host.error()));
            m_found.host = *host;
            return {};
        });
}

Future<> GroundworkSearch::prepareInitrd()
{
    if (!QFileInfo::exists(m_request.guestPart))
        return ready(Result<>(std::unexpected(
            missingImage(u"the guest agent is missing: %1"_s.arg(m_request.guestPart)))));
    return vmm::initrdFrom(
        {m_found.image.modules(), m_request.guestPart}, m_request.paths.cache + u"/initrd"_s)
        .then(this, [this](const vmm::Result<QString> &initrd) -> Result<> {
            if (!initrd)
                return std::unexpected(fromVmm(initrd.error()));
            m_found.initrd = *initrd;
            return {};
        });
}

Future<> GroundworkSearch::probe()
{
    const vmm::ProbeRequest request{
        .host = m_found.host,
        .kernel = m_found.image.kernel(),
        .initrd = m_found.initrd,
        .workDirectory = m_request.paths.runtime,
        .cacheFile = m_request.paths.cache + u"/acceleration.json"_s,
    };
    return vmm::probeAcceleration(request, vmm::ProbeCache::Use)
        .then(this, [this](const vmm::AccelerationVerdict &verdict) {
            m_found.acceleration = verdict;
            return checkConsent(verdict, m_request.acceptEmulation);
        });
}

Result<> checkConsent(const vmm::AccelerationVerdict &verdict, bool acceptEmulation)
{
    if (verdict.acceleration != vmm::Acceleration::Tcg || acceptEmulation)
        return {};
    return std::unexpected(
        Error{.kind = Error::Kind::EmulationNotAccepted, .detail = verdict.detail});
}

vmm::TemplateIdentity templateIdentity(
    const Groundwork &groundwork, int cpus, int memoryMiB, int diskGiB)
{
    return {.image = groundwork.image.digest,
        .initrd = QFileInfo(groundwork.initrd).completeBaseName(), // has its digest
        .qemu = groundwork.host.qemuVersion.toString(),
        .machineType = groundwork.host.machineType,
        .accelerator = toString(groundwork.acceleration.acceleration),
        .cpu = groundwork.acceleration.cpuModel + u'/' +
               vmm::probeIdentity(groundwork.host, groundwork.image.kernel()),
        .cpus = cpus,
        .memoryMiB = memoryMiB,
        .diskGiB = diskGiB};
}

} // namespace core
