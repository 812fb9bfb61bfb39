#include "core/policy/decide.h"

#include <algorithm>
#include <array>
#include <utility>

namespace core::policy {

std::string_view code(Verdict verdict)
{
    static constexpr std::array<std::string_view, 4> codes{"allow", "deny", "ask", "reject"};
    return codes.at(static_cast<std::size_t>(verdict));
}

std::string_view code(Protocol protocol)
{
    static constexpr std::array<std::string_view, 7> codes{
        "http", "https", "tls", "tcp", "udp", "icmp", "dns"};
    return codes.at(static_cast<std::size_t>(protocol));
}

std::string_view code(Reason reason)
{
    static constexpr std::array<std::string_view, 17> codes{"rule",
        "default",
        "l7",
        "opaque",
        "guard-hard",
        "guard-soft",
        "resolved",
        "protocol",
        "qtype",
        "synthetic",
        "bad-host",
        "bad-port",
        "no-host",
        "mismatch",
        "no-sni",
        "ech",
        "path"};
    return codes.at(static_cast<std::size_t>(reason));
}

namespace {

std::string byRule(const Decision &decision)
{
    if (!decision.rule)
        return {};
    return " (“" + decision.rule->text + "”, " + decision.rule->source + " line " +
           std::to_string(decision.rule->line) + ")";
}

std::string_view sentence(Reason reason)
{
    switch (reason) {
    case Reason::Rule:
        return "decided by a rule";
    case Reason::Default:
        return "no rule names this destination";
    case Reason::Layer7:
        return "the host is allowed, but not with this method or path";
    case Reason::Opaque:
        return "the rules need a look inside, and this connection cannot be looked into";
    case Reason::GuardHard:
        return "addresses of the host itself, loopback, link-local and bare names are never "
               "reachable";
    case Reason::GuardSoft:
        return "private and reserved addresses need a rule for their network, as in “allow "
               "10.1.0.0/16”";
    case Reason::Resolved:
        return "the name resolves to an address that is private, the host's own or denied; a "
               "private network "
               "needs a rule of its own, as in “allow 10.1.0.0/16”";
    case Reason::Protocol:
        return "this protocol never leaves the sandbox";
    case Reason::QueryType:
        return "only queries for IPv4 addresses are answered";
    case Reason::Synthetic:
        return "answered with a synthetic address; nothing is asked upstream";
    case Reason::BadHost:
        return "the host is not written in a form that can have only one meaning";
    case Reason::BadPort:
        return "a port is 1 to 65535 in plain digits";
    case Reason::NoHost:
        return "the request has no Host";
    case Reason::Mismatch:
        return "CONNECT, SNI, Host and the request line do not name one host";
    case Reason::NoSni:
        return "an encrypted connection must tell its server's name (SNI)";
    case Reason::Ech:
        return "an encrypted ClientHello hides the server's name";
    case Reason::Path:
        return "the path can be read in more than one way";
    }
    std::unreachable();
}

} // namespace

std::string explain(const Decision &decision)
{
    return std::string(sentence(decision.reason)) + byRule(decision);
}

namespace {

/// Ports whose service is known not to speak TLS or HTTP first.
bool speaksOtherwise(std::uint16_t port)
{
    static constexpr std::array<std::uint16_t, 12> ports{
        21, 22, 23, 25, 53, 110, 143, 587, 3306, 5432, 6379, 9418};
    return std::ranges::find(ports, port) != ports.end();
}

} // namespace

std::optional<Request> requestFromPerson(std::string_view destination)
{
    Request request;
    std::string_view scheme;
    if (const auto colon = destination.find("://"); colon != std::string_view::npos) {
        scheme = destination.substr(0, colon);
        destination.remove_prefix(colon + 3);
    }
    const auto slash = std::min(destination.find('/'), destination.size());
    const auto raw = splitAuthority(destination.substr(0, slash));
    const auto host = raw ? hostFromPerson(raw->host) : std::nullopt;
    const auto port = raw && raw->port ? parsePort(*raw->port) : std::nullopt;
    if (!host || (raw->port && !port))
        return {};
    if (scheme == "http" || (scheme.empty() && port == 80))
        request.protocol = Protocol::Http;
    else if (scheme == "tls")
        request.protocol = Protocol::Tls;
    else if (scheme == "tcp" || (scheme.empty() && port && speaksOtherwise(*port)))
        request.protocol = Protocol::Tcp;
    else if (!scheme.empty() && scheme != "https")
        return {};
    request.host = host->authority();
    request.port = std::to_string(port.value_or(request.protocol == Protocol::Http ? 80 : 443));
    const bool web = request.protocol == Protocol::Http || request.protocol == Protocol::Https;
    if (web && slash < destination.size()) {
        request.method = "GET";
        request.target = destination.substr(slash);
        request.httpHost = request.host + ":" + request.port;
    }
    if (host->address)
        request.sni.kind = Sni::Kind::Absent;
    return request;
}

} // namespace core::policy
