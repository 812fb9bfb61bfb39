#include "core/gateway/connection.h"

#include "core/gateway/client_hello.h"
#include "core/gateway/denial.h"
#include "core/gateway/http_session.h"
#include "core/gateway/splice.h"

#include <algorithm>
#include <array>

namespace core::gateway {

namespace {

using namespace std::chrono_literals;
using policy::Protocol;
using policy::Verdict;

constexpr auto firstByteTime = 60s;
constexpr auto helloTime = 5s;

using ClientPtr = std::unique_ptr<PeekedStream>;

policy::Request requestFor(const Opening &opening, Protocol protocol, policy::Sni sni = {})
{
    policy::Request request;
    request.protocol = protocol;
    request.host = opening.host.authority();
    request.port = std::to_string(opening.port);
    request.sni = std::move(sni);
    if (opening.host.address && request.sni.kind == policy::Sni::Kind::SameAsHost)
        request.sni.kind = policy::Sni::Kind::Absent;
    return request;
}

bool isBound(const Gateway &gateway, const Opening &opening)
{
    return opening.port == 443 && gateway.bindingOf(opening.host) != nullptr;
}

bool keepsBlobs(const Gateway &gateway, const Opening &opening)
{
    return gateway.blobs() != nullptr &&
           !gateway.blobs()->registryAt(opening.host, opening.port).empty();
}

Record recordOf(Gateway &gateway, const Opening &opening, Protocol protocol)
{
    Record record;
    record.path = opening.path;
    record.protocol = policy::code(protocol);
    record.host = opening.host.name;
    record.port = opening.port;
    record.connection = gateway.nextConnection();
    return record;
}

/// Ends a connection that was allowed at first and did not come to be.
void giveUp(Gateway &gateway, PeekedStream &client, Record record, const DialResult &dialled)
{
    const bool failed = !dialled && !dialled.error().refused;
    record.verdict = failed ? "error" : "deny";
    record.reason = dialled ? "revoked" : dialled.error().reason;
    gateway.log(std::move(record));
    client.abort();
}

/// Carries a connection as it is, once the policy has allowed that.
Async<void> tunnel(Gateway &gateway, ClientPtr client, policy::Request request, Record record)
{
    const auto decision = gateway.decide(request);
    describe(record, decision);
    if (decision.verdict != Verdict::Allow) {
        gateway.log(record);
        co_return client->abort();
    }
    const auto epoch = gateway.epoch();
    auto dialled = co_await gateway.dialler().dial(client->executor(),
        {.protocol = request.protocol,
            .allowed = decision,
            .context = gateway.context(),
            .policy = gateway.policy()});
    record.addresses = dialled ? dialled->addresses : dialled.error().addresses;
    const bool changed = epoch != gateway.epoch();
    if (!dialled || (changed && gateway.decide(request).verdict != Verdict::Allow))
        co_return giveUp(gateway, *client, std::move(record), dialled);
    Traffic traffic;
    const auto revoke = [&] {
        record.verdict = "deny";
        record.reason = "revoked";
        client->abort();
        dialled->stream->abort();
    };
    {
        const FlowEntry flow(gateway, {.request = request, .revoke = revoke});
        co_await splice(*client, *dialled->stream, traffic);
    }
    record.bytesUp = traffic.up;
    record.bytesDown = traffic.down;
    gateway.log(record);
}

Async<void> intercept(Gateway &gateway, ClientPtr client, Opening opening, policy::Sni sni)
{
    auto record = recordOf(gateway, opening, Protocol::Https);
    auto *minted = gateway.authority().contextFor(opening.host.name);
    if (minted == nullptr)
        co_return client->abort();
    SSL_CTX_up_ref(minted);
    TlsContextPtr context(minted, &SSL_CTX_free);
    const auto executor = client->executor();
    auto *raw = client.get();
    TlsResult secured;
    {
        const Deadline slow(executor, 15s, [raw] { raw->abort(); });
        secured = co_await acceptTls(std::move(client), std::move(context));
    }
    if (!secured) {
        record.verdict = "error";
        record.reason = "client-tls"; // the client does not trust the sandbox's authority: a tls://
                                      // rule would help
        gateway.log(record);
        co_return;
    }
    PeekedStream stream(std::move(*secured));
    HttpSession session(gateway,
        stream,
        Site{.protocol = Protocol::Https,
            .host = opening.host,
            .port = opening.port,
            .sni = std::move(sni)},
        opening.path);
    co_await session.run();
}

Async<ClientHello> readHello(PeekedStream &client)
{
    const Deadline slow(client.executor(), helloTime, [&] { client.abort(); });
    auto hello = readClientHello(client.buffered());
    while (hello.kind == ClientHello::Kind::NeedMore) {
        if (!co_await client.fill())
            co_return ClientHello{
                .kind = ClientHello::Kind::Malformed, .serverName = {}, .encrypted = false};
        hello = readClientHello(client.buffered());
    }
    co_return hello;
}

policy::Sni sniOf(const ClientHello &hello, const Opening &opening)
{
    if (hello.encrypted && hello.serverName.empty())
        return {.kind = policy::Sni::Kind::Encrypted, .name = opening.host.name};
    if (hello.encrypted)
        return {.kind = policy::Sni::Kind::Encrypted, .name = hello.serverName};
    if (hello.serverName.empty())
        return {.kind = policy::Sni::Kind::Absent, .name = {}};
    return {.kind = policy::Sni::Kind::Name, .name = hello.serverName};
}

/// Decrypted is what has a key of ours, or blobs to keep, or rules about methods and paths, or
/// hides its name; all else stays encrypted and is held to the name in its ClientHello.
Async<void> serveTls(Gateway &gateway, ClientPtr client, Opening opening)
{
    const auto hello = co_await readHello(*client);
    auto record = recordOf(gateway, opening, Protocol::Https);
    record.sni = hello.serverName;
    if (hello.kind != ClientHello::Kind::Complete) {
        record.verdict = "reject";
        record.reason = "client-hello";
        gateway.log(record);
        co_return client->abort();
    }
    auto sni = sniOf(hello, opening);
    const auto https = gateway.decide(requestFor(opening, Protocol::Https, sni));
    const auto opaque = gateway.decide(requestFor(opening, Protocol::Tls, sni));
    const bool inspected =
        isBound(gateway, opening) || keepsBlobs(gateway, opening) ||
        policy::needsInspection(*gateway.policy(), gateway.context(), https) ||
        opaque.verdict == Verdict::Reject ||
        (opaque.verdict == Verdict::Deny && opaque.reason == policy::Reason::Rule);
    if (https.verdict == Verdict::Allow && inspected)
        co_return co_await intercept(
            gateway, std::move(client), std::move(opening), std::move(sni));
    if (opaque.verdict != Verdict::Allow && https.verdict != Verdict::Allow) {
        describe(record, https.verdict == Verdict::Reject ? https : opaque.rule ? opaque : https);
        gateway.log(record);
        co_return client->abort();
    }
    const auto protocol = https.verdict == Verdict::Allow ? Protocol::Https : Protocol::Tls;
    record.protocol = policy::code(Protocol::Tls);
    co_await tunnel(
        gateway, std::move(client), requestFor(opening, protocol, sni), std::move(record));
}

bool startsHttp(char first)
{
    return first >= 'A' && first <= 'Z';
}

} // namespace

Opening openingOf(Gateway &gateway, std::string_view authority, std::string path)
{
    Opening opening{
        .host = {}, .port = 0, .path = std::move(path), .refused = {}, .protocol = Protocol::Tcp};
    const auto raw = policy::splitAuthority(authority);
    policy::Request request;
    request.host = raw ? raw->host : "";
    request.port = raw ? raw->port.value_or("") : "";
    opening.protocol = request.port == "443"  ? Protocol::Https
                       : request.port == "80" ? Protocol::Http
                                              : Protocol::Tcp;
    if (const auto host = policy::canonicalHost(request.host); host && host->address)
        request.sni.kind = policy::Sni::Kind::Absent;
    std::optional<policy::Decision> best;
    for (const auto protocol :
        {opening.protocol, Protocol::Http, Protocol::Https, Protocol::Tls, Protocol::Tcp}) {
        request.protocol = protocol;
        auto decision = gateway.decide(request);
        opening.host = decision.host;
        opening.port = decision.port;
        if (decision.verdict == Verdict::Allow)
            return opening;
        if (!best)
            best = std::move(decision);
    }
    opening.refused = std::move(best);
    return opening;
}

void logRefusal(Gateway &gateway, const Opening &opening)
{
    auto record = recordOf(gateway, opening, opening.protocol);
    describe(record, *opening.refused);
    gateway.log(record);
}

Async<void> serveConnection(Gateway &gateway, std::unique_ptr<ByteStream> stream, Opening opening)
{
    auto client = std::make_unique<PeekedStream>(std::move(stream));
    const auto any = gateway.decide(requestFor(opening, Protocol::Tcp));
    if (any.verdict == Verdict::Allow && !isBound(gateway, opening)) {
        auto record = recordOf(gateway, opening, Protocol::Tcp);
        co_return co_await tunnel(
            gateway, std::move(client), requestFor(opening, Protocol::Tcp), std::move(record));
    }
    {
        auto *raw = client.get();
        const Deadline slow(client->executor(), firstByteTime, [raw] { raw->abort(); });
        if (!co_await client->fill())
            co_return;
    }
    const char first = client->buffered().front();
    if (first == 0x16)
        co_return co_await serveTls(gateway, std::move(client), std::move(opening));
    if (startsHttp(first)) {
        HttpSession session(gateway,
            *client,
            Site{.protocol = Protocol::Http, .host = opening.host, .port = opening.port, .sni = {}},
            opening.path);
        co_await session.run();
        co_return;
    }
    auto record = recordOf(gateway, opening, Protocol::Tcp);
    describe(record, any);
    gateway.log(record);
    client->abort();
}

namespace {

/// A CONNECT's own Host, where there is one, must not name another host.
bool connectAgrees(const RequestHead &head)
{
    const auto *host = head.headers.find("host");
    if (host == nullptr)
        return true;
    const auto asked = policy::parseAuthority(head.target);
    const auto told = policy::parseAuthority(*host);
    return asked && told && asked->host == told->host;
}

Denial connectDenial(Gateway &gateway, const Opening &opening)
{
    return denialOf(*opening.refused, opening.protocol, gateway.settings().sandbox);
}

} // namespace

Async<void> serveProxy(Gateway &gateway, std::unique_ptr<ByteStream> stream)
{
    auto client = std::make_unique<PeekedStream>(std::move(stream));
    HttpSession session(gateway, *client, std::nullopt, "proxy");
    const auto head = co_await session.run();
    if (!head)
        co_return;
    auto opening = openingOf(gateway, head->target, "proxy");
    if (!opening.refused && !connectAgrees(*head)) {
        opening.refused = policy::Decision{.verdict = Verdict::Reject,
            .reason = policy::Reason::Mismatch,
            .host = opening.host,
            .port = opening.port,
            .path = {},
            .pathMatters = false,
            .rule = {}};
    }
    if (opening.refused) {
        logRefusal(gateway, opening);
        co_await client->write(response(connectDenial(gateway, opening), true));
        co_return co_await client->finish();
    }
    if (co_await client->write("HTTP/1.1 200 Connection established\r\n\r\n"))
        co_return;
    co_await serveConnection(gateway, std::move(client), std::move(opening));
}

} // namespace core::gateway
