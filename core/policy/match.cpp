#include "core/policy/match.h"

#include <algorithm>
#include <utility>

namespace core::policy {

namespace {

bool hostMatches(const HostPattern &pattern, const Host &host)
{
    using Kind = HostPattern::Kind;
    if (pattern.kind == Kind::Addresses)
        return host.address && contains(pattern.network, *host.address);
    if (host.address)
        return false;
    if (pattern.kind == Kind::Exact)
        return pattern.name == host.name;
    if (host.isService())
        return false;
    if (pattern.kind == Kind::AnyName)
        return true;
    const auto suffix = "." + pattern.name;
    if (!host.name.ends_with(suffix))
        return false;
    const auto rest = host.name.substr(0, host.name.size() - suffix.size());
    return !rest.empty() && (pattern.kind == Kind::Labels || rest.find('.') == std::string::npos);
}

bool opens(const Rule &rule)
{
    return rule.verb == Verb::Allow || rule.verb == Verb::Grant;
}

bool opaque(Protocol protocol)
{
    return protocol == Protocol::Tls || protocol == Protocol::Tcp;
}

/// Which protocols an opening rule covers: tcp ⊇ tls ⊇ https, tcp ⊇ http.
bool schemeOpens(Scheme scheme, Protocol protocol)
{
    switch (scheme) {
    case Scheme::Any:
        return protocol == Protocol::Http || protocol == Protocol::Https;
    case Scheme::Http:
        return protocol == Protocol::Http;
    case Scheme::Https:
        return protocol == Protocol::Https;
    case Scheme::Tls:
        return protocol == Protocol::Https || protocol == Protocol::Tls;
    case Scheme::Tcp:
        return true;
    }
    std::unreachable();
}

/// A closing rule covers more: https closes what it would be encrypted in, too.
bool schemeCloses(Scheme scheme, Protocol protocol)
{
    switch (scheme) {
    case Scheme::Any:
    case Scheme::Tcp:
        return true;
    case Scheme::Http:
        return protocol == Protocol::Http;
    case Scheme::Https:
        return protocol == Protocol::Https || protocol == Protocol::Tls;
    case Scheme::Tls:
        return protocol == Protocol::Tls;
    }
    std::unreachable();
}

bool schemeMatches(const Rule &rule, Protocol protocol)
{
    return opens(rule) ? schemeOpens(rule.scheme, protocol) : schemeCloses(rule.scheme, protocol);
}

bool portMatches(const Rule &rule, const Flow &flow)
{
    if (!rule.ports.empty())
        return std::ranges::any_of(rule.ports, [&](const PortRange &range) {
            return range.first <= flow.port && flow.port <= range.last;
        });
    if (!opens(rule))
        return true;
    const bool clear = flow.protocol == Protocol::Http;
    return flow.port == (clear ? 80 : 443);
}

bool coversAddress(const Rule &rule, const Flow &flow, const Address &address)
{
    return (rule.sandbox.empty() || rule.sandbox == flow.sandbox) &&
           rule.host.kind == HostPattern::Kind::Addresses && contains(rule.host.network, address) &&
           schemeMatches(rule, flow.protocol) && portMatches(rule, flow);
}

} // namespace

bool applies(const Rule &rule, const Flow &flow)
{
    return (rule.sandbox.empty() || rule.sandbox == flow.sandbox) &&
           hostMatches(rule.host, flow.host);
}

bool covers(const Rule &rule, const Flow &flow)
{
    return applies(rule, flow) && schemeMatches(rule, flow.protocol) && portMatches(rule, flow);
}

bool concerns(const Rule &rule, const Flow &flow)
{
    if (!applies(rule, flow))
        return false;
    if (!opaque(flow.protocol))
        return schemeMatches(rule, flow.protocol) && portMatches(rule, flow);
    Flow inside = flow;
    inside.protocol = Protocol::Https;
    const bool https = schemeMatches(rule, inside.protocol) && portMatches(rule, inside);
    if (https || flow.protocol == Protocol::Tls)
        return https;
    inside.protocol = Protocol::Http;
    return schemeMatches(rule, inside.protocol) && portMatches(rule, inside);
}

bool methodMatches(const Rule &rule, std::string_view method)
{
    if (rule.methods.empty())
        return method != "WEBSOCKET" || !rule.path || rule.verb == Verb::Deny;
    return std::ranges::find(rule.methods, method) != rule.methods.end();
}

bool inspectionMatches(const Rule &rule, const Flow &flow)
{
    if (!rule.inspects())
        return true;
    const bool web = flow.protocol == Protocol::Http || flow.protocol == Protocol::Https;
    if (!web)
        return false;
    if (!flow.method)
        return rule.verb != Verb::Deny;
    return methodMatches(rule, *flow.method) &&
           (!rule.path || matchesGlob(*rule.path, flow.path.text));
}

const Rule *liftingRule(const Policy &policy, const Flow &flow, const Address &address)
{
    const auto found = std::ranges::find_if(policy.rules, [&](const Rule &rule) {
        return rule.verb == Verb::Allow && coversAddress(rule, flow, address) &&
               liftsSoftGuard(rule.host.network);
    });
    return found == policy.rules.end() ? nullptr : &*found;
}

const Rule *denyingRule(const Policy &policy, const Flow &flow, const Address &address)
{
    const auto found = std::ranges::find_if(policy.rules, [&](const Rule &rule) {
        return rule.verb == Verb::Deny && coversAddress(rule, flow, address);
    });
    return found == policy.rules.end() ? nullptr : &*found;
}

std::optional<Target> splitTarget(std::string_view target)
{
    if (target.starts_with('/') || target == "*")
        return Target{.scheme = {}, .authority = {}, .path = target == "*" ? "/" : target};
    const auto colon = target.find("://");
    if (colon == std::string_view::npos || colon == 0 || colon > 10)
        return {};
    Target parts{.scheme = std::string(target.substr(0, colon)), .authority = {}, .path = "/"};
    std::ranges::transform(parts.scheme, parts.scheme.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto rest = target.substr(colon + 3);
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    parts.authority = rest.substr(0, end);
    if (end < rest.size() && rest[end] != '/')
        return {};
    if (end < rest.size())
        parts.path = rest.substr(end);
    return parts;
}

} // namespace core::policy
