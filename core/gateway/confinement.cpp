#include "core/gateway/confinement.h"

#include "core/confinement/confinement.h"

#include <array>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace core::gateway {

std::string confineGateway(std::span<const int> changeable)
{
    // Resolver files are replaced while the gateway runs, so folders are named and not files.
    static constexpr std::array folders{"/etc",
        "/run/systemd/resolve",
        "/run/NetworkManager",
        "/run/resolvconf",
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/share/zoneinfo"};
    std::vector<int> open;
    for (const auto *folder : folders) {
        if (const int descriptor = ::open(folder, O_PATH | O_CLOEXEC); descriptor >= 0)
            open.push_back(descriptor);
    }
    auto held = confine({.readable = open, .changeable = changeable});
    for (const int descriptor : open)
        ::close(descriptor);
    return held;
}

} // namespace core::gateway
