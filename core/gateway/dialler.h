#pragma once

#include "core/gateway/settings.h"
#include "core/gateway/streams.h"
#include "core/policy/decide.h"

#include <asio/any_io_executor.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace core::gateway {

struct Dialled
{
    std::unique_ptr<ByteStream> stream;
    std::vector<policy::Address> addresses; ///< what the name resolved to; empty through a proxy
};

/// Why there is no connection.
struct DialFault
{
    std::string reason; ///< for X-Sandbox-Reason: "resolved", "dns", "connect", "upstream-tls",
                        ///< "upstream-proxy"
    std::string detail; ///< for people
    std::vector<policy::Address> addresses;
    bool refused = false; ///< by the policy, not by the network
};

using DialResult = std::expected<Dialled, DialFault>;

/// Connects to what a policy has allowed: resolves once, has all addresses judged, and dials
/// exactly these.
class Dialler
{
public:
    /// `settings` outlives the dialler. Fails when the roots cannot be read.
    static std::expected<std::unique_ptr<Dialler>, std::string> create(const Settings &settings);

    /// The addresses of the host's own interfaces and those the settings name; a few seconds old at
    /// most.
    const std::vector<policy::Address> &ownAddresses();

    struct Target
    {
        policy::Protocol protocol = policy::Protocol::Tcp;
        policy::Decision allowed;
        policy::Context context;
        std::shared_ptr<const policy::Policy> policy;
    };
    /// A plain connection.
    Async<DialResult> dial(asio::any_io_executor executor, Target target);
    /// A connection with TLS; the server's certificate has been verified for the name.
    Async<DialResult> dialTls(asio::any_io_executor executor, Target target);

private:
    explicit Dialler(const Settings &settings, TlsContextPtr context);
    Async<DialResult> dialAddresses(asio::any_io_executor executor, Target target);
    Async<DialResult> dialProxy(asio::any_io_executor executor, Target target);

    const Settings &m_settings;
    TlsContextPtr m_context;
    std::vector<policy::Address> m_own;
    std::chrono::steady_clock::time_point m_ownRead;
};

} // namespace core::gateway
