#include "core/gateway/denial.h"

namespace core::gateway {

namespace {

std::string_view phraseOf(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 414:
        return "URI Too Long";
    case 417:
        return "Expectation Failed";
    case 431:
        return "Request Header Fields Too Large";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    default:
        return "Refused";
    }
}

/// What the rule that opens this destination would be.
std::string wantedTarget(const policy::Decision &decision, policy::Protocol protocol)
{
    const auto authority = decision.host.authority();
    const bool clear = protocol == policy::Protocol::Http;
    const bool opaque = protocol == policy::Protocol::Tcp;
    if (opaque || decision.host.isService())
        return "tcp://" + authority + ":" + std::to_string(decision.port);
    return decision.port == (clear ? 80 : 443) ? authority
                                               : authority + ":" + std::to_string(decision.port);
}

std::string nextStep(
    const policy::Decision &decision, policy::Protocol protocol, std::string_view sandbox)
{
    using policy::Reason;
    const std::string allow = "paddock policy allow " + std::string(sandbox) + " ";
    const bool service = decision.host.isService();
    if (decision.reason == Reason::GuardHard && !service)
        return "No rule (“paddock policy allow”) lifts this.\n";
    if (decision.reason == Reason::Rule)
        return "The user can change that rule on the host: paddock policy show " +
               std::string(sandbox) + ", paddock policy rm, paddock policy allow.\n";
    if (decision.reason == Reason::GuardSoft)
        return "The user can allow it on the host: " + allow + decision.host.name + "\n";
    if (decision.reason == Reason::Resolved)
        return "The user can allow its network on the host, as in: " + allow + "10.1.0.0/16\n";
    return "The user can allow it on the host: " + allow + wantedTarget(decision, protocol) + "\n";
}

} // namespace

Denial denialOf(
    const policy::Decision &decision, policy::Protocol protocol, std::string_view sandbox)
{
    const bool rejected = decision.verdict == policy::Verdict::Reject;
    const auto host = decision.host.name.empty()
                          ? std::string("this destination")
                          : decision.host.authority() + ":" + std::to_string(decision.port);
    std::string text =
        "Paddock: the sandbox may not reach " + host + ": " + policy::explain(decision) + ".\n";
    if (!rejected)
        text += nextStep(decision, protocol, sandbox);
    text += "Do not retry; tell the user.\n";
    return {.status = rejected ? 400 : 403,
        .reason = std::string(policy::code(decision.reason)),
        .text = std::move(text)};
}

Denial faultDenial(const HttpFault &fault)
{
    return {.status = fault.status,
        .reason = "malformed",
        .text = "Paddock: the request is malformed: " + fault.detail + ".\n"};
}

Denial credentialMissing(std::string_view service)
{
    const std::string name(service);
    return {.status = 401,
        .reason = "credential-missing",
        .text = "Paddock: the credential “" + name +
                "” is not configured. The user can set it on the host: paddock secret set " + name +
                "\n"};
}

Denial credentialMismatch(std::string_view host)
{
    return {.status = 403,
        .reason = "credential-mismatch",
        .text = "Paddock: the request carries a placeholder key that does not belong to " +
                std::string(host) + ". Placeholders only work with the service they are for.\n"};
}

Denial upstreamDenial(std::string_view reason, std::string_view detail, int status)
{
    return {.status = status,
        .reason = std::string(reason),
        .text = "Paddock: " + std::string(detail) + ".\n"};
}

std::string response(const Denial &denial, bool close)
{
    ResponseHead head{.status = denial.status,
        .phrase = std::string(phraseOf(denial.status)),
        .minor = 1,
        .headers = {},
        .body = {}};
    head.headers.all = {{.name = "Content-Type", .value = "text/plain; charset=utf-8"},
        {.name = "Content-Length", .value = std::to_string(denial.text.size())},
        {.name = "X-Sandbox-Reason", .value = denial.reason},
        {.name = "Cache-Control", .value = "no-store"}};
    if (close)
        head.headers.all.push_back({.name = "Connection", .value = "close"});
    return serialise(head) + denial.text;
}

} // namespace core::gateway
