#pragma once

#include "core/gateway/http_head.h"
#include "core/gateway/secret.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace core::gateway {

/// Every placeholder key holds this; it is found wherever a guest sends one.
inline constexpr std::string_view placeholderInfix = "PADDOCKPH";

/// How the key of one service is put into requests. It is never shown, logged or sent anywhere but
/// to these hosts.
struct Binding
{
    std::string service;
    std::vector<std::string> hosts; ///< canonical names, exact
    std::string pathPrefix;
    std::vector<std::string> strip; ///< headers in which the client could send a key of its own
    std::string header;
    std::string format;                   ///< with "{secret}"
    std::shared_ptr<const Secret> secret; ///< null: not known

    [[nodiscard]] bool binds(std::string_view host) const;
    [[nodiscard]] bool covers(std::string_view canonicalPath) const;
};

enum class Injection {
    None,     ///< not a bound host
    Stripped, ///< a bound host, but not a path of the service: sent without any key
    Injected,
    Missing,  ///< the key is not known: answer 401
    Mismatch, ///< a placeholder would go where it does not belong: answer 403
};

/// Whether a key can be put into a header: not empty, no control characters.
bool isUsableSecret(std::string_view secret);

/// Prepares a request for `host`. On a bound host everything the client sent as a key is removed
/// before ours is set, and answers are asked for without compression. `binding` may be null. `path`
/// is canonical; `plainPath` tells that it can be read in one way only.
Injection inject(RequestHead &head, const Binding *binding, std::string_view path, bool plainPath);

} // namespace core::gateway
