#include "core/gateway/http_session.h"

#include "core/policy/match.h"
#include "core/policy/path.h"

#include <algorithm>

namespace core::gateway {

namespace {

using namespace std::chrono_literals;

constexpr auto keepAliveTime = 120s;
constexpr auto headTime = 10s;
/// Servers close idle connections without a word; an older one is not tried again.
constexpr auto upstreamKeepTime = 3s;

bool hasBareLineFeed(std::string_view bytes)
{
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r')
            return true;
    return false;
}

std::optional<Denial> refusedMethod(const RequestHead &head)
{
    if (head.method == "TRACE" || head.method == "TRACK")
        return faultDenial(
            {.status = 405, .detail = "TRACE would show the headers the gateway adds"});
    const auto *expect = head.headers.find("expect");
    if (expect != nullptr && !sameName(*expect, "100-continue"))
        return faultDenial({.status = 417, .detail = "the only expectation is 100-continue"});
    return {};
}

/// The origin-form of what is asked for; where the path decides, exactly the path that was judged.
std::string originForm(
    const std::string &target, const policy::CanonicalPath &canonical, bool exact)
{
    if (target == "*")
        return target;
    const auto parts = policy::splitTarget(target);
    const std::string path(parts ? parts->path : "/");
    const auto query = path.find('?');
    return exact ? canonical.text + (query == std::string::npos ? "" : path.substr(query)) : path;
}

} // namespace

HttpSession::HttpSession(
    Gateway &gateway, PeekedStream &client, std::optional<Site> site, std::string path)
    : m_gateway(gateway)
    , m_client(client)
    , m_site(std::move(site))
    , m_path(std::move(path))
    , m_connection(gateway.nextConnection())
{
}

Async<std::optional<RequestHead>> HttpSession::run()
{
    while (auto head = co_await readHead()) {
        if (!m_site && head->method == "CONNECT")
            co_return head;
        if (co_await serve(std::move(*head)) == Next::Close)
            break;
    }
    co_await m_client.finish();
    co_return std::nullopt;
}

Async<std::optional<RequestHead>> HttpSession::readHead()
{
    bool late = false;
    const auto expired = [&] {
        late = true;
        m_client.abort();
    };
    if (m_client.buffered().empty()) {
        const Deadline idle(m_client.executor(), keepAliveTime, expired);
        if (!co_await m_client.fill())
            co_return std::nullopt;
    }
    const Deadline slow(m_client.executor(), headTime, expired);
    std::optional<std::size_t> end;
    HttpFault fault{.status = 431, .detail = "the head is longer than 64 KiB"};
    while (!(end = headEnd(m_client.buffered()))) {
        const bool bare = hasBareLineFeed(m_client.buffered());
        if (bare || m_client.buffered().size() > maxHeadBytes) {
            if (bare)
                fault = {.status = 400, .detail = "a line ends without a carriage return"};
            m_record = {};
            m_record.path = m_path;
            co_await deny(faultDenial(fault), RequestHead{});
            co_return std::nullopt;
        }
        if (!co_await m_client.fill())
            co_return std::nullopt;
    }
    auto head = parseRequest(m_client.buffered().substr(0, *end));
    m_client.consume(*end);
    if (head)
        co_return std::move(*head);
    m_record = {};
    m_record.path = m_path;
    co_await deny(faultDenial(head.error()), RequestHead{});
    co_return std::nullopt;
}

std::expected<policy::Request, HttpFault> HttpSession::requestOf(const RequestHead &head) const
{
    policy::Request request;
    request.protocol = m_site ? m_site->protocol : policy::Protocol::Http;
    request.method = head.upgradesToWebSocket() ? "WEBSOCKET" : head.method;
    request.target = head.target;
    if (const auto *host = head.headers.find("host"))
        request.httpHost = *host;
    if (m_site) {
        request.host = m_site->host.authority();
        request.port = std::to_string(m_site->port);
        request.sni = m_site->sni;
        return request;
    }
    const auto target = policy::splitTarget(head.target);
    if (!target || target->scheme != "http")
        return std::unexpected(HttpFault{
            .status = 400, .detail = "a proxy request names http://host/path, or uses CONNECT"});
    const auto raw = policy::splitAuthority(target->authority);
    if (!raw)
        return std::unexpected(HttpFault{.status = 400, .detail = "the host cannot be read"});
    request.host = raw->host;
    request.port = raw->port.value_or("80");
    return request;
}

void HttpSession::beginRecord(const RequestHead &head, const policy::Request &request)
{
    m_record = {};
    m_record.path = m_path;
    m_record.protocol = policy::code(request.protocol);
    m_record.connection = m_connection;
    m_record.method = head.method;
    m_record.host = m_site ? m_site->host.name : request.host;
    if (request.sni.kind == policy::Sni::Kind::Name)
        m_record.sni = request.sni.name;
}

void HttpSession::logDenial(const Denial &denial)
{
    if (m_record.verdict.empty() || m_record.verdict == "allow")
        m_record.verdict = denial.status == 400 ? "reject" : "deny";
    m_record.reason = denial.reason;
    m_gateway.log(m_record);
}

/// Answers with a denial. What the client still sends of this request is not read, so the
/// connection ends if there is any.
Async<HttpSession::Next> HttpSession::deny(const Denial &denial, const RequestHead &head)
{
    logDenial(denial);
    const bool close = denial.status != 403 || head.body != Framing{} || !head.keepsAlive();
    const Deadline slow(m_client.executor(), headTime, [this] { m_client.abort(); });
    const auto error = co_await m_client.write(response(denial, close));
    co_return error || close ? Next::Close : Next::Request;
}

Async<HttpSession::Next> HttpSession::serve(RequestHead head)
{
    const auto request = requestOf(head);
    beginRecord(head, request ? *request : policy::Request{});
    if (!request)
        co_return co_await deny(faultDenial(request.error()), head);
    if (const auto refused = refusedMethod(head))
        co_return co_await deny(*refused, head);
    const auto decision = m_gateway.decide(*request);
    describe(m_record, decision);
    if (decision.verdict != policy::Verdict::Allow)
        co_return co_await deny(
            denialOf(decision, request->protocol, m_gateway.settings().sandbox), head);
    co_return co_await carry({.head = std::move(head),
        .request = *request,
        .decision = decision,
        .epoch = m_gateway.epoch()});
}

/// Makes the request what the server is to see; a denial when it may not be sent so.
std::optional<Denial> HttpSession::prepare(RequestHead &head, const policy::Decision &decision)
{
    const bool secured =
        m_site && m_site->protocol == policy::Protocol::Https && m_site->port == 443;
    const auto *binding = secured ? m_gateway.bindingOf(decision.host) : nullptr;
    const auto parts = policy::splitTarget(head.target);
    const auto canonical = policy::canonicalPath(parts ? parts->path : "/");
    const bool plain = canonical.state == policy::CanonicalPath::State::Plain;
    head.target =
        originForm(head.target, canonical, decision.pathMatters || (binding != nullptr && plain));
    removeHopByHop(head.headers);
    const auto injected = inject(head, binding, canonical.text, plain);
    m_redactor = injected == Injection::Injected ? Redactor(binding->secret->view()) : Redactor();
    if (injected == Injection::Injected)
        m_record.credential = binding->service;
    if (injected == Injection::Mismatch)
        return credentialMismatch(decision.host.name);
    if (injected == Injection::Missing)
        return credentialMissing(binding->service);
    const bool usual = decision.port == (m_record.protocol == "https" ? 443 : 80);
    const auto host = decision.host.authority();
    head.headers.remove("host");
    head.headers.all.insert(head.headers.all.begin(),
        {.name = "Host", .value = usual ? host : host + ":" + std::to_string(decision.port)});
    return {};
}

/// Whether the policy, if it has changed meanwhile, still allows it; else `m_failure` says why not.
bool HttpSession::stillAllowed(const Errand &errand)
{
    if (errand.epoch == m_gateway.epoch())
        return true;
    const auto again = m_gateway.decide(errand.request);
    if (again.verdict == policy::Verdict::Allow)
        return true;
    m_failure = denialOf(again, errand.request.protocol, m_gateway.settings().sandbox);
    return false;
}

Async<bool> HttpSession::connect(const Errand &errand)
{
    const auto &request = errand.request;
    const auto &decision = errand.decision;
    m_failure.reset();
    if (!stillAllowed(errand))
        co_return false;
    const auto authority = decision.host.authority() + ":" + std::to_string(decision.port);
    const bool idle = std::chrono::steady_clock::now() - m_upstreamUsed < upstreamKeepTime;
    m_upstreamFresh = !m_upstream || authority != m_upstreamAuthority || !idle;
    if (!m_upstreamFresh)
        co_return true;
    m_upstream.reset();
    const Dialler::Target target{.protocol = request.protocol,
        .allowed = decision,
        .context = m_gateway.context(),
        .policy = m_gateway.policy()};
    DialResult dialled;
    if (request.protocol == policy::Protocol::Https)
        dialled = co_await m_gateway.dialler().dialTls(m_client.executor(), target);
    else
        dialled = co_await m_gateway.dialler().dial(m_client.executor(), target);
    m_record.addresses = dialled ? dialled->addresses : dialled.error().addresses;
    if (!dialled) {
        const auto &fault = dialled.error();
        policy::Decision refused = decision;
        refused.verdict = policy::Verdict::Deny;
        refused.reason = policy::Reason::Resolved;
        m_failure = fault.refused
                        ? denialOf(refused, request.protocol, m_gateway.settings().sandbox)
                        : upstreamDenial(fault.reason, fault.detail);
        co_return false;
    }
    if (!stillAllowed(errand))
        co_return false;
    m_upstream = std::make_unique<PeekedStream>(std::move(dialled->stream));
    m_upstreamAuthority = authority;
    co_return true;
}

/// One try; nothing when there is no connection, or the policy took it away (`m_failure` says why).
Async<HttpSession::Outcome> HttpSession::attempt(const Errand &errand, const Exchange::Wish &wish)
{
    if (!co_await connect(errand))
        co_return std::nullopt;
    bool revoked = false;
    const FlowEntry flow(m_gateway, {.request = errand.request, .revoke = [&] {
                                         revoked = true;
                                         m_client.abort();
                                         m_upstream->abort();
                                     }});
    Exchange exchange(m_client, *m_upstream, errand.head, wish);
    const auto end = co_await exchange.run();
    m_record.bytesUp += exchange.traffic().up;
    m_record.bytesDown += exchange.traffic().down;
    m_record.upstreamStatus = exchange.status();
    if (end == Exchange::End::BadAnswer)
        m_failure = upstreamDenial("upstream-protocol",
            "the server does not speak HTTP/1.1 properly: " + exchange.detail());
    if (end == Exchange::End::NoAnswer)
        m_failure = upstreamDenial("connect", "the server closed the connection without an answer");
    if (revoked) {
        m_record.verdict = "deny";
        m_record.reason = "revoked";
    }
    m_upstreamUsed = std::chrono::steady_clock::now();
    if (end != Exchange::End::Kept)
        m_upstream.reset();
    co_return end;
}

/// A kept connection may have been closed by the server meanwhile; then nothing has happened yet.
Async<HttpSession::Outcome> HttpSession::fetch(const Errand &errand, const Exchange::Wish &wish)
{
    auto end = co_await attempt(errand, wish);
    if (end == Exchange::End::NoAnswer && !m_upstreamFresh && errand.head.body == Framing{})
        end = co_await attempt(errand, wish);
    co_return end;
}

Async<HttpSession::Next> HttpSession::carry(Errand errand)
{
    const auto original = errand.head;
    const auto *expect = original.headers.find("expect");
    Exchange::Wish wish{.keepAlive = original.keepsAlive(),
        .webSocket = original.upgradesToWebSocket(),
        .expectsContinue = expect != nullptr && original.minor == 1};
    if (const auto denial = prepare(errand.head, errand.decision))
        co_return co_await deny(*denial, original);
    wish.redactor = m_redactor;
    Outcome end;
    if (auto blob = keptBlob(original))
        end = co_await fetchBlob(std::move(errand), wish, std::move(*blob));
    else
        end = co_await fetch(errand, wish);
    if (m_failure && (!end || *end == Exchange::End::NoAnswer || *end == Exchange::End::BadAnswer))
        co_return co_await deny(*m_failure, original);
    m_gateway.log(m_record);
    co_return end == Exchange::End::Kept ? Next::Request : Next::Close;
}

} // namespace core::gateway
