#pragma once

#include "core/policy/host.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::policy {

/// `Grant` is an answer that a person once gave, written by the program.
enum class Verb { Allow, Deny, Ask, Grant };

/// `Any` stands for a rule without scheme. `Tls` is left encrypted, `Tcp` is any bytes.
enum class Scheme { Any, Http, Https, Tls, Tcp };

enum class Verdict {
    Allow,
    Deny,
    Ask,    ///< a person must answer; where nobody can be asked it is a denial
    Reject, ///< malformed or inconsistent: not a matter of rules
};

struct PortRange
{
    std::uint16_t first = 0;
    std::uint16_t last = 0; ///< included
    friend bool operator==(const PortRange &, const PortRange &) = default;
};

struct HostPattern
{
    enum class Kind {
        Exact,     ///< "example.com": never its subdomains
        OneLabel,  ///< "*.example.com": exactly one label more
        Labels,    ///< "**.example.com": one or more labels more
        AnyName,   ///< "**": no address, no service of the host
        Addresses, ///< "10.1.0.0/16": address literals; never a name that resolves into it
    };

    Kind kind = Kind::Exact;
    std::string name; ///< of Exact, OneLabel and Labels
    Network network;  ///< of Addresses
    friend bool operator==(const HostPattern &, const HostPattern &) = default;
};

/// Where a rule was written, for explanations.
struct RuleOrigin
{
    std::string source; ///< "global", "sandbox" or "preset:NAME"
    int line = 0;       ///< from 1
    std::string text;   ///< as written, without comment
    friend bool operator==(const RuleOrigin &, const RuleOrigin &) = default;
};

struct Rule
{
    Verb verb = Verb::Deny;
    std::string sandbox; ///< the only sandbox it is for; empty for all
    Scheme scheme = Scheme::Any;
    HostPattern host;
    std::vector<PortRange>
        ports; ///< empty: the scheme's own for allow and grant, all for deny and ask
    std::vector<std::string> methods; ///< empty: any
    std::optional<std::string> path;  ///< glob over the canonical path
    RuleOrigin origin;

    [[nodiscard]] bool inspects() const { return !methods.empty() || path.has_value(); }
    friend bool operator==(const Rule &, const Rule &) = default;
};

/// A rule set that was read without a fault; never changed afterwards.
struct Policy
{
    Verdict otherwise =
        Verdict::Deny; ///< when no rule matches; Allow covers names on http:80 and https:443 only
    std::vector<Rule> rules;
    friend bool operator==(const Policy &, const Policy &) = default;
};

} // namespace core::policy
