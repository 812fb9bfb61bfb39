#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::guest {

/// The one question of a DNS query (RFC 1035 §4), as far as the stub answers it.
struct DnsQuestion
{
    std::uint16_t id = 0;
    bool recursionDesired = false;
    std::string name; ///< lower case, without the trailing dot; never empty
    std::uint16_t type = 0;
    std::string wire; ///< the question section as it came, echoed in the answer
    friend bool operator==(const DnsQuestion &, const DnsQuestion &) = default;
};

inline constexpr std::uint16_t dnsTypeA = 1;

/// Longest query looked at, in bytes; a stub resolver's are far shorter.
inline constexpr std::size_t maxDnsQueryBytes = 512;

/// Reads a query: exactly one question of class IN, a name of letters, digits, '-' and '_' without
/// compression. Nothing for everything else; such a packet is dropped.
std::optional<DnsQuestion> parseDnsQuery(std::string_view packet);

enum class DnsAnswer {
    Address,
    NoData, ///< the name exists, not with this type
    NoSuchName,
    Failure,
};

/// The reply to a question; `address` (host byte order) counts for `Address` only.
std::string dnsReply(const DnsQuestion &question, DnsAnswer answer, std::uint32_t address = 0);

} // namespace core::guest
