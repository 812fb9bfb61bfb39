#pragma once

#include "core/policy/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::policy {

/// The name under which a rule can open a service of the host itself; host.docker.internal is read
/// as it.
inline constexpr std::string_view hostServiceName = "host.sandbox.internal";
/// The gateway's own name; gateway.docker.internal is read as it.
inline constexpr std::string_view gatewayName = "gateway.sandbox.internal";

/// A destination in its one canonical spelling: what is decided is what is resolved, dialled,
/// compared and logged.
struct Host
{
    std::string
        name; ///< lower case, no trailing dot; of an address its text, IPv6 without brackets
    std::optional<Address> address; ///< set when the name is an address literal

    [[nodiscard]] bool isService() const { return name == hostServiceName; }
    /// As in an authority: IPv6 in brackets.
    [[nodiscard]] std::string authority() const;
    friend bool operator==(const Host &, const Host &) = default;
};

/// Reads a host as it came over the wire: LDH labels, an A-label that decodes, a dotted quad or a
/// bracketed IPv6 address. Nothing for any other spelling: no guess is made about what the sender
/// may have meant.
std::optional<Host> canonicalHost(std::string_view text);

/// As `canonicalHost`, for what a person typed: U-labels become A-labels, IPv6 may lack its
/// brackets.
std::optional<Host> hostFromPerson(std::string_view text);

/// 1 to 65535 in plain digits.
std::optional<std::uint16_t> parsePort(std::string_view text);

struct Authority
{
    Host host;
    std::optional<std::uint16_t> port;
    friend bool operator==(const Authority &, const Authority &) = default;
};

/// "host", "host:port" or "[v6]:port"; no user, no path.
std::optional<Authority> parseAuthority(std::string_view text);

/// Splits off ":port" without judging either part; nothing when brackets do not match.
struct RawAuthority
{
    std::string_view host;
    std::optional<std::string_view> port;
};
std::optional<RawAuthority> splitAuthority(std::string_view text);

/// Whether the name is one under which anybody can register ("com", "co.uk").
bool isPublicSuffix(const std::string &name);
/// Whether anybody can publish under the name, though one company owns it ("github.io").
bool isSharedSuffix(const std::string &name);

} // namespace core::policy
