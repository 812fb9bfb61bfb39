#pragma once

#include "core/gateway/http_head.h"
#include "core/policy/decide.h"

#include <string>
#include <string_view>

namespace core::gateway {

/// What a client is told when the gateway itself answers.
struct Denial
{
    int status = 403;
    std::string reason; ///< of X-Sandbox-Reason
    std::string text;   ///< for people, ends with a line feed
};

/// The answer to a request that the policy does not allow: names the rule, and how the user can
/// change it.
Denial denialOf(
    const policy::Decision &decision, policy::Protocol protocol, std::string_view sandbox);

Denial faultDenial(const HttpFault &fault);
Denial credentialMissing(std::string_view service);
Denial credentialMismatch(std::string_view host);
/// A request that was allowed but could not be carried out.
Denial upstreamDenial(std::string_view reason, std::string_view detail, int status = 502);

/// The whole response; the connection ends after it when `close`.
std::string response(const Denial &denial, bool close);

} // namespace core::gateway
