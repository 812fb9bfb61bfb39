#pragma once

#include <cstdint>

namespace core::guest {

// The guest's network as its init and its relay see it. eth0 is a dummy interface without any wire
// behind it: what would leave through it is redirected to the relay, and what cannot be redirected
// is rejected at once.

inline constexpr char networkInterface[] = "eth0";
/// The guest's own address (RFC 5737), where the DNS stub and the forward proxy listen, reachable
/// from containers, too.
inline constexpr char guestAddress[] = "192.0.2.2";
inline constexpr int guestPrefix = 24;
/// Next hop of the default route; nobody answers there, nothing is ever sent to it.
inline constexpr char guestRouter[] = "192.0.2.1";

/// First line of the guest's resolv.conf: not a loopback address, since dockerd would replace that
/// by a public resolver.
inline constexpr char resolvConf[] = "nameserver 192.0.2.2\noptions ndots:1 timeout:2 attempts:2\n";
inline constexpr char proxyUrl[] = "http://gateway.sandbox.internal:3128";

inline constexpr std::uint16_t dnsPort = 53;
inline constexpr std::uint16_t proxyPort = 3128;
/// Where redirected TCP connections arrive.
inline constexpr std::uint16_t transparentPort = 3129;

/// Synthetic addresses: 198.18.0.0/15, one per name.
inline constexpr std::uint32_t syntheticBase = 0xc6120000;
inline constexpr int syntheticPrefix = 15;

} // namespace core::guest
