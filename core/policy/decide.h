#pragma once

#include "core/policy/policy.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::policy {

enum class Protocol {
    Http,
    Https, ///< decrypted by the gateway
    Tls,   ///< left encrypted
    Tcp,   ///< any other bytes
    Udp,
    Icmp,
    Dns, ///< a name is asked for; `method` is the query type
};

/// Why a request was decided so; `code` gives the word on the wire and in the log.
enum class Reason {
    Rule,
    Default,
    Layer7, ///< the host is allowed, this method or path is not
    Opaque, ///< the rules need a look inside, and this connection cannot be looked into
    GuardHard,
    GuardSoft,
    Resolved, ///< the name's addresses are out of bounds
    Protocol,
    QueryType,
    Synthetic,
    BadHost,
    BadPort,
    NoHost,
    Mismatch, ///< CONNECT, Host, SNI and the request's own authority do not name one host
    NoSni,
    Ech,
    Path, ///< the path can be read in two ways
};
std::string_view code(Reason reason);
std::string_view code(Verdict verdict); ///< "allow", "deny", "ask", "reject"
std::string_view code(Protocol protocol);

/// The name in a ClientHello.
struct Sni
{
    enum class Kind { SameAsHost, Absent, Name, Encrypted };
    Kind kind = Kind::SameAsHost;
    std::string name; ///< of Name and, as the outer one, of Encrypted
};

/// What somebody asks for, as it came over the wire.
struct Request
{
    Protocol protocol = Protocol::Https;
    std::string host;
    std::string port;
    Sni sni;
    std::optional<std::string> httpHost; ///< the Host header; may be absent on the wire
    std::optional<std::string>
        method;               ///< none: only the connection is asked for, its messages come later
    std::string target = "/"; ///< origin-form or absolute-form
};

/// Whose request it is and what the host looks like.
struct Context
{
    std::string sandbox;
    std::vector<Address> ownAddresses; ///< of the host
};

struct Decision
{
    Verdict verdict = Verdict::Deny;
    Reason reason = Reason::Default;
    Host host; ///< canonical; empty when it could not be read
    std::uint16_t port = 0;
    std::string path;         ///< canonical, without query; empty for a connection
    bool pathMatters = false; ///< a path rule could apply, so what is forwarded must be `path`
    std::optional<RuleOrigin> rule;
};

/// Decides on a request; the first answer of security.md §3.2 holds. A connection (no method) is
/// allowed when one of its messages could be. Pure: no resolution, no clock. An allowed name still
/// needs `decideAddresses`.
Decision decide(const Policy &policy, const Context &context, const Request &request);

/// Whether some rule about methods or paths is for HTTPS to this host and port, so that an
/// encrypted connection must be looked into to be judged.
bool needsInspection(const Policy &policy, const Context &context, const Decision &connection);

/// Decides on the addresses an allowed name resolved to: one bad address denies all. `allowed` is
/// what `decide` returned. An address literal and a service of the host need no second look and
/// stay allowed.
Decision decideAddresses(const Policy &policy,
    const Context &context,
    Protocol protocol,
    const Decision &allowed,
    std::span<const Address> addresses);

/// Reads what a person asks about: "example.com", "example.com:22", "https://example.com/path",
/// "tcp://example.com:22". Without scheme: https, or http for port 80, or tcp for the well-known
/// ports of other protocols.
std::optional<Request> requestFromPerson(std::string_view destination);

/// One sentence for people: what was decided and by which rule.
std::string explain(const Decision &decision);

} // namespace core::policy
