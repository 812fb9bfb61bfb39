#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace core::policy {

/// An IP address. An IPv4-mapped IPv6 address is the IPv4 address it carries.
struct Address
{
    std::array<std::uint8_t, 16> bytes{}; ///< network order; an IPv4 address fills the first four
    bool v6 = false;
    friend bool operator==(const Address &, const Address &) = default;
};

/// Reads the one canonical spelling of a dotted quad, or an IPv6 address without brackets and zone.
/// Anything else is nothing.
std::optional<Address> parseAddress(std::string_view text);
/// IPv6 without brackets.
std::string toText(const Address &address);

/// A block of addresses, as in "10.1.0.0/16".
struct Network
{
    Address base;
    int prefix = 0; ///< bits
    friend bool operator==(const Network &, const Network &) = default;
};

/// An address is a network of one. Bits beyond the prefix must be zero.
std::optional<Network> parseNetwork(std::string_view text);
std::string toText(const Network &network);
bool contains(const Network &network, const Address &address);
bool contains(const Network &outer, const Network &inner);

/// How far an address is out of bounds, whatever the rules say.
enum class Guard {
    None, ///< public
    Soft, ///< private, documentation, reserved: only with a rule for a network inside that block
    Hard, ///< loopback, link-local, metadata, multicast, the host itself: never
};

/// `own` are the host's own addresses. IPv6 forms which carry an IPv4 address are judged by it as
/// well.
Guard guardOf(const Address &address, std::span<const Address> own = {});

/// Whether a rule for this network may lift the soft guard: it lies wholly inside one block that is
/// not public.
bool liftsSoftGuard(const Network &network);
/// Whether the hard guard covers the whole network, so that no rule can ever allow it.
bool isHardGuarded(const Network &network);

} // namespace core::policy
