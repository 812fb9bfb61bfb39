#include "core/guest/network_interface.h"

#include "core/guest/network_plan.h"
#include "core/guest/spawn.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace core::guest {
namespace {

/// The name under which the kernel's dummy module makes its first interface.
constexpr char dummyName[] = "dummy0";

/// Old-style interface calls (netdevice(7)) on one socket.
class Interfaces
{
public:
    Interfaces()
        : m_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
    }
    ~Interfaces() { ::close(m_socket); }
    Interfaces(const Interfaces &) = delete;
    Interfaces &operator=(const Interfaces &) = delete;

    Outcome<> rename(const char *from, const char *to) const
    {
        auto request = requestFor(from);
        std::strncpy(request.ifr_newname, to, IFNAMSIZ - 1);
        return call(SIOCSIFNAME, &request, "rename eth0");
    }

    Outcome<> bringUp(const char *name) const
    {
        auto request = requestFor(name);
        if (auto read = call(SIOCGIFFLAGS, &request, "read flags"); !read)
            return read;
        request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
        return call(SIOCSIFFLAGS, &request, "bring up");
    }

    Outcome<> setAddress(const char *name, const char *address, int prefix) const
    {
        auto request = requestFor(name);
        store(request.ifr_addr, inet_addr(address));
        if (auto set = call(SIOCSIFADDR, &request, "set address"); !set)
            return set;
        store(request.ifr_netmask, htonl(~0U << (32 - prefix)));
        return call(SIOCSIFNETMASK, &request, "set netmask");
    }

    Outcome<> setHardwareAddress(
        const char *name, const std::array<unsigned char, 6> &address) const
    {
        auto request = requestFor(name);
        request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
        std::memcpy(request.ifr_hwaddr.sa_data, address.data(), address.size());
        return call(SIOCSIFHWADDR, &request, "set hardware address");
    }

    Outcome<> setDefaultRoute(const char *gateway) const
    {
        rtentry route{};
        store(route.rt_dst, INADDR_ANY);
        store(route.rt_genmask, INADDR_ANY);
        store(route.rt_gateway, inet_addr(gateway));
        route.rt_flags = RTF_UP | RTF_GATEWAY;
        return call(SIOCADDRT, &route, "set default route");
    }

private:
    static ifreq requestFor(const char *name)
    {
        ifreq request{};
        std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
        return request;
    }

    static void store(sockaddr &where, in_addr_t address)
    {
        sockaddr_in value{};
        value.sin_family = AF_INET;
        value.sin_addr.s_addr = address;
        std::memcpy(&where, &value, sizeof(where));
    }

    Outcome<> call(unsigned long number, void *argument, std::string_view what) const
    {
        if (::ioctl(m_socket, number, argument) != 0)
            return systemError(what);
        return {};
    }

    int m_socket;
};

} // namespace

Outcome<> identifyNetwork(std::string_view machineId)
{
    constexpr unsigned char locallyAdministered = 0x02; // IEEE 802, and no group address
    std::array<unsigned char, 6> address{locallyAdministered};
    for (std::size_t i = 1; i < address.size(); ++i) {
        const auto *const digits = machineId.data() + 2 * i;
        if (machineId.size() < 2 * i + 2 ||
            std::from_chars(digits, digits + 2, address[i], 16).ptr != digits + 2)
            return std::unexpected("a machine-id has 32 hex digits");
    }
    return Interfaces().setHardwareAddress(networkInterface, address);
}

Outcome<> configureNetwork()
{
    if (auto loaded = run({"/sbin/modprobe", "dummy", "numdummies=1"}); !loaded)
        return loaded;
    const Interfaces interfaces;
    return interfaces.bringUp("lo")
        .and_then([&] { return interfaces.rename(dummyName, networkInterface); })
        .and_then(
            [&] { return interfaces.setAddress(networkInterface, guestAddress, guestPrefix); })
        .and_then([&] { return interfaces.bringUp(networkInterface); })
        .and_then([&] { return interfaces.setDefaultRoute(guestRouter); })
        .and_then([] { return writeText("/proc/sys/net/ipv4/ip_forward", "1"); })
        .and_then([] { return writeText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1"); });
}

} // namespace core::guest
