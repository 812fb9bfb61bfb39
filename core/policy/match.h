#pragma once

#include "core/policy/decide.h"
#include "core/policy/path.h"

#include <optional>
#include <string>
#include <string_view>

namespace core::policy {

/// A request that has been read: what rules are compared with.
struct Flow
{
    std::string sandbox;
    Protocol protocol = Protocol::Https;
    Host host;
    std::uint16_t port = 0;
    std::optional<std::string> method; ///< none for a connection
    CanonicalPath path;
};

/// Whether the rule is for this sandbox and host, whatever protocol and port.
bool applies(const Rule &rule, const Flow &flow);
/// Whether the rule's host, protocol and port are the flow's.
bool covers(const Rule &rule, const Flow &flow);
/// As `covers`, but an opaque connection counts for rules about what may be inside it.
bool concerns(const Rule &rule, const Flow &flow);
bool methodMatches(const Rule &rule, std::string_view method);
/// Whether method and path fit. For a connection a deny does not fit yet, and everything else
/// could.
bool inspectionMatches(const Rule &rule, const Flow &flow);

/// The rule that lifts the soft guard from the address for this protocol and port; null for none.
const Rule *liftingRule(const Policy &policy, const Flow &flow, const Address &address);
/// The deny rule whose network holds the address; null for none.
const Rule *denyingRule(const Policy &policy, const Flow &flow, const Address &address);

/// The parts of a request target; scheme and authority are empty in origin-form.
struct Target
{
    std::string scheme; ///< lower case
    std::string_view authority;
    std::string_view path;
};
/// Nothing for what is neither "/…", "*" nor "scheme://authority[/…]".
std::optional<Target> splitTarget(std::string_view target);

} // namespace core::policy
