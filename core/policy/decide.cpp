#include "core/policy/decide.h"

#include "core/policy/match.h"
#include "core/policy/path.h"

#include <algorithm>

namespace core::policy {

namespace {

/// One request on its way through the steps of security.md §3.2.
class Evaluation
{
public:
    Evaluation(const Policy &policy, const Context &context, const Request &request)
        : m_policy(policy)
        , m_context(context)
        , m_request(request)
    {
    }

    Decision run();

private:
    using Step = bool (Evaluation::*)();

    bool read();
    bool consistent();
    bool consistentSni();
    bool consistentMessage();
    bool guardedHard();
    bool inspected();
    bool denied();
    bool guardedSoft();
    bool answered();
    bool closedByInspection();
    bool queried();
    void otherwise();

    bool settle(Verdict verdict, Reason reason, const Rule *rule = nullptr);
    [[nodiscard]] const Rule *first(Verb verb) const;

    const Policy &m_policy;
    const Context &m_context;
    const Request &m_request;
    Flow m_flow;
    Decision m_decision;
};

/// Always true: the evaluation ends here.
bool Evaluation::settle(Verdict verdict, Reason reason, const Rule *rule)
{
    m_decision.verdict = verdict;
    m_decision.reason = reason;
    if (rule != nullptr)
        m_decision.rule = rule->origin;
    return true;
}

const Rule *Evaluation::first(Verb verb) const
{
    const auto found = std::ranges::find_if(m_policy.rules, [&](const Rule &rule) {
        return rule.verb == verb && covers(rule, m_flow) && inspectionMatches(rule, m_flow);
    });
    return found == m_policy.rules.end() ? nullptr : &*found;
}

bool Evaluation::read()
{
    auto host = canonicalHost(m_request.host);
    if (!host)
        return settle(Verdict::Reject, Reason::BadHost);
    m_decision.host = m_flow.host = *host;
    m_flow.sandbox = m_context.sandbox;
    m_flow.protocol = m_request.protocol;
    if (m_request.protocol == Protocol::Udp || m_request.protocol == Protocol::Icmp)
        return settle(Verdict::Deny, Reason::Protocol);
    const auto port = parsePort(m_request.port);
    if (!port)
        return settle(Verdict::Reject, Reason::BadPort);
    m_decision.port = m_flow.port = *port;
    return false;
}

bool Evaluation::consistentSni()
{
    const auto &sni = m_request.sni;
    const bool opaque = m_request.protocol == Protocol::Tls;
    if (sni.kind == Sni::Kind::Encrypted && opaque)
        return settle(Verdict::Reject, Reason::Ech);
    if (sni.kind == Sni::Kind::Absent && opaque && !m_flow.host.address)
        return settle(Verdict::Reject, Reason::NoSni);
    if (sni.kind == Sni::Kind::SameAsHost || sni.kind == Sni::Kind::Absent)
        return false;
    const auto named = canonicalHost(sni.name);
    if (!named || named->address || *named != m_flow.host)
        return settle(Verdict::Reject, Reason::Mismatch);
    return false;
}

/// The Host header and an absolute-form target must name what the connection was made to.
bool Evaluation::consistentMessage()
{
    const bool clear = m_request.protocol == Protocol::Http;
    const std::uint16_t usual = clear ? 80 : 443;
    const auto same = [&](std::string_view authority) {
        const auto named = parseAuthority(authority);
        return named && named->host == m_flow.host && named->port.value_or(usual) == m_flow.port;
    };
    if (!m_request.httpHost)
        return settle(Verdict::Reject, Reason::NoHost);
    if (!same(*m_request.httpHost))
        return settle(Verdict::Reject, Reason::Mismatch);
    if (*m_request.method == "CONNECT")
        return settle(Verdict::Reject, Reason::Protocol);
    const auto target = splitTarget(m_request.target);
    if (!target)
        return settle(Verdict::Reject, Reason::Path);
    if (!target->scheme.empty() &&
        (target->scheme != (clear ? "http" : "https") || !same(target->authority)))
        return settle(Verdict::Reject, Reason::Mismatch);
    m_flow.method = m_request.method;
    m_flow.path = canonicalPath(target->path);
    m_decision.path = m_flow.path.text;
    return false;
}

bool Evaluation::consistent()
{
    const auto protocol = m_request.protocol;
    if ((protocol == Protocol::Https || protocol == Protocol::Tls) && consistentSni())
        return true;
    const bool message = protocol == Protocol::Https || protocol == Protocol::Http;
    return message && m_request.method && consistentMessage();
}

bool Evaluation::guardedHard()
{
    const auto &host = m_flow.host;
    const bool guarded = host.address
                             ? guardOf(*host.address, m_context.ownAddresses) == Guard::Hard
                             : host.name.find('.') == std::string::npos ||
                                   host.name.ends_with(".localhost") || host.name == gatewayName;
    return guarded && settle(Verdict::Deny, Reason::GuardHard);
}

/// What method and path rules need: an unambiguous path, and a connection that can be looked into.
bool Evaluation::inspected()
{
    const bool opaque = m_flow.protocol == Protocol::Tls || m_flow.protocol == Protocol::Tcp;
    for (const auto &rule : m_policy.rules) {
        if (!rule.inspects() || !concerns(rule, m_flow))
            continue;
        if (opaque && rule.verb == Verb::Deny)
            return settle(Verdict::Deny, Reason::Opaque, &rule);
        if (!m_flow.method || !rule.path || !methodMatches(rule, *m_flow.method))
            continue;
        m_decision.pathMatters = true;
        if (m_flow.path.state != CanonicalPath::State::Plain)
            return settle(Verdict::Reject, Reason::Path, &rule);
    }
    const bool broken = m_flow.method && m_flow.path.state == CanonicalPath::State::Invalid;
    return broken && settle(Verdict::Reject, Reason::Path);
}

bool Evaluation::denied()
{
    const auto *rule = first(Verb::Deny);
    return rule != nullptr && settle(Verdict::Deny, Reason::Rule, rule);
}

bool Evaluation::guardedSoft()
{
    const auto &address = m_flow.host.address;
    if (!address || guardOf(*address, m_context.ownAddresses) != Guard::Soft ||
        liftingRule(m_policy, m_flow, *address) != nullptr)
        return false;
    return settle(Verdict::Deny, Reason::GuardSoft);
}

bool Evaluation::answered()
{
    if (const auto *rule = first(Verb::Grant))
        return settle(Verdict::Allow, Reason::Rule, rule);
    if (const auto *rule = first(Verb::Ask))
        return settle(Verdict::Ask, Reason::Rule, rule);
    if (const auto *rule = first(Verb::Allow))
        return settle(Verdict::Allow, Reason::Rule, rule);
    return false;
}

/// The host has rules for some methods or paths, and this is none of them: nobody is asked about
/// the rest.
bool Evaluation::closedByInspection()
{
    const auto opaque = m_flow.protocol == Protocol::Tls || m_flow.protocol == Protocol::Tcp;
    for (const auto &rule : m_policy.rules) {
        if (rule.verb == Verb::Allow && rule.inspects() && concerns(rule, m_flow))
            return settle(Verdict::Deny, opaque ? Reason::Opaque : Reason::Layer7, &rule);
    }
    return m_flow.host.isService() && settle(Verdict::Deny, Reason::GuardHard);
}

void Evaluation::otherwise()
{
    const auto usual = (m_flow.protocol == Protocol::Http && m_flow.port == 80) ||
                       (m_flow.protocol == Protocol::Https && m_flow.port == 443);
    const bool allow = m_policy.otherwise == Verdict::Allow && !m_flow.host.address && usual;
    const bool ask = m_policy.otherwise == Verdict::Ask;
    settle(allow ? Verdict::Allow : ask ? Verdict::Ask : Verdict::Deny, Reason::Default);
}

/// A name is answered with a synthetic address when some connection to it could come to be.
bool Evaluation::queried()
{
    if (m_flow.protocol != Protocol::Dns)
        return false;
    if (m_request.method != "A")
        return settle(Verdict::Deny, Reason::QueryType);
    const Rule *opening = nullptr;
    for (const auto &rule : m_policy.rules) {
        if (!applies(rule, m_flow))
            continue;
        if (rule.verb == Verb::Deny && rule.ports.empty() && !rule.inspects() &&
            (rule.scheme == Scheme::Any || rule.scheme == Scheme::Tcp))
            return settle(Verdict::Deny, Reason::Rule, &rule);
        if (rule.verb != Verb::Deny && opening == nullptr)
            opening = &rule;
    }
    const bool open =
        opening != nullptr || (m_policy.otherwise != Verdict::Deny && !m_flow.host.isService());
    return open ? settle(Verdict::Allow, Reason::Synthetic, opening)
                : settle(Verdict::Deny, Reason::Default);
}

Decision Evaluation::run()
{
    static constexpr Step steps[] = {&Evaluation::read,
        &Evaluation::consistent,
        &Evaluation::guardedHard,
        &Evaluation::queried,
        &Evaluation::inspected,
        &Evaluation::denied,
        &Evaluation::guardedSoft,
        &Evaluation::answered,
        &Evaluation::closedByInspection};
    for (const auto step : steps)
        if ((this->*step)())
            return m_decision;
    otherwise();
    return m_decision;
}

} // namespace

Decision decide(const Policy &policy, const Context &context, const Request &request)
{
    return Evaluation(policy, context, request).run();
}

Decision decideAddresses(const Policy &policy,
    const Context &context,
    Protocol protocol,
    const Decision &allowed,
    std::span<const Address> addresses)
{
    if (allowed.verdict != Verdict::Allow || allowed.host.address || allowed.host.isService())
        return allowed;
    const Flow flow{.sandbox = context.sandbox,
        .protocol = protocol,
        .host = allowed.host,
        .port = allowed.port,
        .method = {},
        .path = {}};
    Decision decision = allowed;
    const auto refuse = [&](const Rule *rule) {
        decision.verdict = Verdict::Deny;
        decision.reason = Reason::Resolved;
        decision.rule = rule != nullptr ? std::optional(rule->origin) : std::nullopt;
        return decision;
    };
    for (const auto &address : addresses) {
        const auto guard = guardOf(address, context.ownAddresses);
        if (guard == Guard::Hard)
            return refuse(nullptr);
        if (const auto *rule = denyingRule(policy, flow, address))
            return refuse(rule);
        if (guard == Guard::Soft && liftingRule(policy, flow, address) == nullptr)
            return refuse(nullptr);
    }
    return addresses.empty() ? refuse(nullptr) : decision;
}

bool needsInspection(const Policy &policy, const Context &context, const Decision &connection)
{
    const Flow flow{.sandbox = context.sandbox,
        .protocol = Protocol::Https,
        .host = connection.host,
        .port = connection.port,
        .method = {},
        .path = {}};
    return std::ranges::any_of(
        policy.rules, [&](const Rule &rule) { return rule.inspects() && covers(rule, flow); });
}

} // namespace core::policy
