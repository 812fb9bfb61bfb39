#include "core/gateway/http_session.h"

#include <vector>

namespace core::gateway {

namespace {

using namespace std::chrono_literals;

constexpr int maxHops = 3;
constexpr auto stallTime = 15min; // as for servers

bool reachedTheClient(const std::optional<Exchange::End> &end)
{
    using End = Exchange::End;
    return end && (*end == End::Kept || *end == End::Closed || *end == End::Broken);
}

} // namespace

/// Only what comes over TLS from one of the registries, through a connection to just that.
std::optional<BlobName> HttpSession::keptBlob(const RequestHead &head) const
{
    if (!m_site || m_site->protocol != policy::Protocol::Https || m_gateway.blobs() == nullptr)
        return {};
    auto registry = m_gateway.blobs()->registryAt(m_site->host, m_site->port);
    auto digest = blobAskedFor(head);
    if (registry.empty() || !digest)
        return {};
    return BlobName{.registry = std::move(registry), .digest = std::move(*digest)};
}

/// Where an answer sends the client, for the gateway to go there in its stead: another host, over
/// TLS, allowed for this sandbox, and with nothing of the first request in it but what is asked.
std::optional<HttpSession::Errand> HttpSession::redirected(
    const ResponseHead &answer, const Errand &from)
{
    const auto there = redirectionOf(answer);
    const auto raw = there ? policy::splitAuthority(there->authority) : std::nullopt;
    if (!raw)
        return {};
    Errand errand;
    errand.request.protocol = policy::Protocol::Https;
    errand.request.host = raw->host;
    errand.request.port = raw->port.value_or("443");
    errand.request.httpHost = there->authority;
    errand.request.method = "GET";
    errand.request.target = there->target;
    errand.decision = m_gateway.decide(errand.request);
    errand.epoch = m_gateway.epoch();
    const auto &host = errand.decision.host;
    if (errand.decision.verdict != policy::Verdict::Allow || host.address || host.isService() ||
        host == from.decision.host || m_gateway.bindingOf(host) != nullptr)
        return {};
    errand.head.method = "GET";
    errand.head.target = there->target;
    for (const auto *name : {"User-Agent", "Accept-Encoding", "Range"})
        if (const auto *value = from.head.headers.find(name))
            errand.head.headers.set(name, *value);
    errand.head.headers.set("Accept", "*/*");
    if (prepare(errand.head, errand.decision))
        return {};
    return errand;
}

/// Carries a request and goes where its answers send it. `wish.withhold` judges the last answer.
Async<HttpSession::Arrival> HttpSession::follow(Errand errand, Exchange::Wish wish)
{
    Arrival arrival;
    const auto last = wish.withhold;
    for (int hop = 0;; ++hop) {
        std::optional<Errand> next;
        wish.withhold = [&](ResponseHead &answer) {
            if (hop < maxHops)
                next = redirected(answer, errand);
            if (next && !arrival.sentAway)
                arrival.sentAway = answer;
            // The client is told of one hop at most, so only the blob itself is of use to it.
            if (next || last(answer) || (arrival.sentAway && answer.status != 200))
                return true;
            if (arrival.sentAway)
                answer.headers.remove("Set-Cookie"); // of a host that the client did not ask
            return false;
        };
        arrival.outcome = co_await fetch(errand, wish);
        if (!next)
            co_return arrival;
        m_gateway.log(m_record);
        errand = std::move(*next);
        wish.redactor = {};
        beginRecord(errand.head, errand.request);
        m_record.host = errand.decision.host.name;
        describe(m_record, errand.decision);
    }
}

/// The kept blob, if the registry would send just that to this very request now: it is asked for
/// the first byte, with all the client sent, and so is whom it redirects to.
Async<std::unique_ptr<StoredBlob>> HttpSession::storedFor(
    const Errand &errand, const Exchange::Wish &wish, const BlobName &name)
{
    auto stored = m_gateway.blobs()->find(name);
    if (!stored)
        co_return nullptr;
    auto question = errand;
    question.head.headers.set("Range", "bytes=0-0");
    std::optional<std::uint64_t> length;
    auto ask = wish;
    ask.withhold = [&](ResponseHead &answer) {
        length = wholeLength(answer);
        return true;
    };
    const auto before = m_record;
    const auto arrival = co_await follow(std::move(question), std::move(ask));
    if (arrival.outcome == Exchange::End::Withheld && length == stored->size()) {
        if (co_await stored->hasDigest(m_client.executor(), name.digest))
            co_return stored;
        m_gateway.blobs()->drop(name);
    }
    m_gateway.log(m_record);
    m_record = before;
    co_return nullptr;
}

Async<HttpSession::Outcome> HttpSession::sendStored(
    const Exchange::Wish &wish, const BlobName &name, const StoredBlob &stored)
{
    Deadline stalled(m_client.executor(), stallTime, [this] { m_client.abort(); });
    ResponseHead head{
        .status = 200, .phrase = "OK", .minor = 1, .headers = blobHeaders(name.digest), .body = {}};
    head.headers.set("Content-Length", std::to_string(stored.size()));
    if (!wish.keepAlive)
        head.headers.set("Connection", "close");
    m_record.cached = true;
    auto error = co_await m_client.write(serialise(head));
    std::vector<char> room(64 << 10);
    std::uint64_t sent = 0;
    while (!error && sent < stored.size()) {
        const auto count = stored.read(sent, room);
        if (count == 0)
            break;
        error = co_await m_client.write({room.data(), count});
        sent += count;
        m_record.bytesDown += count;
        stalled.restart();
    }
    if (error || sent != stored.size()) {
        m_client.abort();
        co_return Exchange::End::Broken;
    }
    co_return wish.keepAlive ? Exchange::End::Kept : Exchange::End::Closed;
}

/// Lets the client go itself where the gateway came to nothing.
Async<HttpSession::Outcome> HttpSession::passOn(ResponseHead answer, const Exchange::Wish &wish)
{
    if (m_failure) {
        m_record.verdict = "error";
        m_record.reason = m_failure->reason;
        m_failure.reset();
    }
    removeHopByHop(answer.headers);
    answer.headers.set("Content-Length", "0");
    if (!wish.keepAlive)
        answer.headers.set("Connection", "close");
    redact(answer, wish.redactor);
    if (co_await m_client.write(serialise(answer)))
        co_return Exchange::End::Broken;
    co_return wish.keepAlive ? Exchange::End::Kept : Exchange::End::Closed;
}

Async<HttpSession::Outcome> HttpSession::fetchBlob(
    Errand errand, Exchange::Wish wish, BlobName name)
{
    errand.head.headers.set(
        "Accept-Encoding", "identity"); // the digest is of the bytes as they are
    // While what is sent comes from elsewhere, it still is this request that has to be allowed.
    const FlowEntry flow(m_gateway, {.request = errand.request, .revoke = [this] {
                                         m_record.verdict = "deny";
                                         m_record.reason = "revoked";
                                         m_client.abort();
                                         if (m_upstream)
                                             m_upstream->abort();
                                     }});
    const auto stored = co_await storedFor(errand, wish, name);
    if (stored)
        co_return co_await sendStored(wish, name, *stored);
    std::unique_ptr<BlobWriter> writer;
    auto take = wish;
    take.withhold = [&](ResponseHead &answer) {
        if (answer.status == 200 && answer.headers.find("Content-Encoding") == nullptr)
            writer = m_gateway.blobs()->begin(name, wholeLength(answer));
        return false;
    };
    take.copy = [&](std::string_view bytes) {
        if (writer)
            writer->append(bytes);
    };
    const auto arrival = co_await follow(std::move(errand), std::move(take));
    if (arrival.sentAway && !reachedTheClient(arrival.outcome))
        co_return co_await passOn(*arrival.sentAway, wish);
    const bool complete = arrival.outcome && *arrival.outcome != Exchange::End::Broken;
    if (writer && complete)
        writer->commit();
    co_return arrival.outcome;
}

} // namespace core::gateway
