#pragma once

#include "core/gateway/byte_stream.h"
#include "core/gateway/gateway.h"

#include <memory>
#include <optional>
#include <string>

namespace core::gateway {

/// Where a connection goes, as first judged, before any of its bytes.
struct Opening
{
    policy::Host host;
    std::uint16_t port = 0;
    std::string path; ///< "transparent" or "proxy"
    /// Set when nothing that could come on the connection would be allowed.
    std::optional<policy::Decision> refused;
    policy::Protocol protocol = policy::Protocol::Tcp; ///< the likely one, for the log
};

/// Judges "host:port" without knowing what will be spoken.
Opening openingOf(Gateway &gateway, std::string_view authority, std::string path);

/// A refused opening's line in the log.
void logRefusal(Gateway &gateway, const Opening &opening);

/// Serves a connection of the guest until it ends: finds out what is spoken, and carries it if that
/// is allowed.
Async<void> serveConnection(Gateway &gateway, std::unique_ptr<ByteStream> client, Opening opening);

/// Serves a client of the forward proxy.
Async<void> serveProxy(Gateway &gateway, std::unique_ptr<ByteStream> client);

} // namespace core::gateway
