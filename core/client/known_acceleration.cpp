#include "core/client/known_acceleration.h"

#include "vmm/image/image_store.h"
#include "vmm/machine/acceleration_probe.h"

using namespace Qt::StringLiterals;

namespace core {

namespace {

/// The kernel that a new sandbox would boot; empty without an image.
QString newestKernel(const Paths &paths)
{
    if (const QString own = qEnvironmentVariable("PADDOCK_IMAGE"); !own.isEmpty()) {
        const auto image = vmm::openImage(own);
        return image ? image->kernel() : QString();
    }
    const vmm::ImageStore::Listing listing = vmm::ImageStore(paths.images()).list();
    return listing.images.isEmpty() ? QString() : listing.images.first().kernel();
}

KnownAcceleration known(const vmm::HostCapabilities &host, const Paths &paths)
{
    const auto verdict = vmm::knownVerdict({.host = host,
        .kernel = newestKernel(paths),
        .initrd = {},
        .workDirectory = {},
        .cacheFile = paths.cache + u"/acceleration.json"_s});
    if (!verdict)
        return {};
    using enum KnownAcceleration::Kind;
    return {.kind = verdict->acceleration == vmm::Acceleration::Tcg ? EmulationOnly : Works,
        .detail = verdict->detail};
}

} // namespace

QFuture<KnownAcceleration> knownAcceleration(QObject *context, const Paths &paths)
{
    return vmm::probeHost(vmm::HostPrograms::fromEnvironment())
        .then(context, [paths](const vmm::Result<vmm::HostCapabilities> &host) {
            return host ? known(*host, paths) : KnownAcceleration();
        });
}

} // namespace core
