#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core::gateway {

/// What the first bytes of a connection say about TLS.
struct ClientHello
{
    enum class Kind {
        NeedMore, ///< a hello begins here and is not whole yet
        NotTls,
        Malformed, ///< begins like TLS and is not, or is larger than `maxClientHelloBytes`: never
                   ///< passed on
        Complete,
    };

    Kind kind = Kind::NeedMore;
    std::string
        serverName; ///< as sent, lower case is the caller's business; empty without the extension
    bool encrypted = false; ///< Encrypted Client Hello (RFC 9849): the true name is hidden
    friend bool operator==(const ClientHello &, const ClientHello &) = default;
};

/// Longest hello looked at, over all its records, in bytes.
inline constexpr std::size_t maxClientHelloBytes = 16 << 10;

/// Reads a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3) from the start of a connection, also one that
/// is split over records. `bytes` is everything received so far. SSLv2 hellos are NotTls. Pure;
/// reads within `bytes` only.
ClientHello readClientHello(std::string_view bytes);

} // namespace core::gateway
