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
    /// A request that is allowed, as the server gets it.
    struct Errand
    {
        RequestHead head;
        policy::Request request;
        policy::Decision decision;
        std::uint64_t epoch = 0; ///< of the policy that decided
    };
    /// How an errand ended; nothing when there was no connection.
    using Outcome = std::optional<Exchange::End>;

    Async<Next> carry(Errand errand);
    Async<Outcome> fetch(const Errand &errand, const Exchange::Wish &wish);
    Async<Outcome> attempt(const Errand &errand, const Exchange::Wish &wish);
    Async<bool> connect(const Errand &errand);
    bool stillAllowed(const Errand &errand);
    std::expected<policy::Request, HttpFault> requestOf(const RequestHead &head) const;
    std::optional<Denial> prepare(RequestHead &head, const policy::Decision &decision);
    // Blobs of container images, in http_session_blobs.cpp.
    [[nodiscard]] std::optional<BlobName> keptBlob(const RequestHead &head) const;
    Async<Outcome> fetchBlob(Errand errand, Exchange::Wish wish, BlobName name);
    Async<std::unique_ptr<StoredBlob>> storedFor(
        const Errand &errand, const Exchange::Wish &wish, const BlobName &name);
    Async<Outcome> sendStored(
        const Exchange::Wish &wish, const BlobName &name, const StoredBlob &stored);
    /// Where an exchange that followed redirections came to.
    struct Arrival
    {
        Outcome outcome;
        std::optional<ResponseHead> sentAway; ///< the first redirection, when there was one
    };
    Async<Arrival> follow(Errand errand, Exchange::Wish wish);
    std::optional<Errand> redirected(const ResponseHead &answer, const Errand &from);
    Async<Outcome> passOn(ResponseHead answer, const Exchange::Wish &wish);

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
