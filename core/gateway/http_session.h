#pragma once

#include "core/gateway/denial.h"
#include "core/gateway/exchange.h"
#include "core/gateway/gateway.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace core::gateway {

/// What a connection was made to; every request on it must be for that.
struct Site
{
    policy::Protocol protocol =
        policy::Protocol::Http; ///< Http, or Https when the gateway has decrypted it
    policy::Host host;
    std::uint16_t port = 0;
    policy::Sni sni;
};

/// Serves the HTTP requests of one client connection, each judged by itself.
class HttpSession
{
public:
    /// Without a site it is a forward proxy: requests name their hosts themselves. `path` is for
    /// the log.
    HttpSession(Gateway &gateway, PeekedStream &client, std::optional<Site> site, std::string path);

    /// Until the connection ends. A proxy returns at a CONNECT request, which is the caller's.
    Async<std::optional<RequestHead>> run();

private:
    enum class Next { Request, Close };

    Async<std::optional<RequestHead>> readHead();
    Async<Next> serve(RequestHead head);
    Async<Next> deny(const Denial &denial, const RequestHead &head);
    Async<Next> carry(
        RequestHead head, const policy::Request &request, const policy::Decision &decision);
    Async<std::optional<Exchange::End>> attempt(const RequestHead &head,
        const Exchange::Wish &wish,
        const policy::Request &request,
        const policy::Decision &decision);
    Async<bool> connect(const policy::Request &request, const policy::Decision &decision);
    std::expected<policy::Request, HttpFault> requestOf(const RequestHead &head) const;
    std::optional<Denial> prepare(RequestHead &head, const policy::Decision &decision);
    void beginRecord(const RequestHead &head, const policy::Request &request);
    void logDenial(const Denial &denial);

    Gateway &m_gateway;
    PeekedStream &m_client;
    std::optional<Site> m_site;
    std::string m_path;
    std::uint64_t m_connection;
    Record m_record;
    Redactor m_redactor;             ///< of the key in the request under way
    std::optional<Denial> m_failure; ///< of the last attempt to connect

    std::unique_ptr<PeekedStream> m_upstream;
    std::string m_upstreamAuthority;
    std::chrono::steady_clock::time_point m_upstreamUsed;
    bool m_upstreamFresh = false;
};

} // namespace core::gateway
