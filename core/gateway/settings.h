#pragma once

#include "core/gateway/authority.h"
#include "core/gateway/injection.h"
#include "core/policy/effective.h"

#include <expected>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core::gateway {

/// Where connections to a host and port go instead; the host's own setting, so no guard applies.
struct FixedAddress
{
    policy::Address address;
    std::uint16_t port = 0;
};

/// An HTTP proxy that all connections are made through.
struct UpstreamProxy
{
    std::string host;
    std::uint16_t port = 0;
    std::string authorization; ///< value of Proxy-Authorization; empty for none
};

/// How the blobs of container images are kept for all sandboxes.
struct CacheSettings
{
    std::vector<std::string> registries; ///< "host:port"; the blobs of others are not kept
    std::uint64_t budgetBytes = 0;
    std::uint64_t floorBytes = 0; ///< so much of the disk stays free
};

/// What "configure" says. See core/warden/PROCESSES.md.
struct Settings
{
    std::string sandbox;
    AuthorityPem authority;
    std::map<std::pair<std::string, std::uint16_t>, FixedAddress> resolve;
    std::string extraRoots; ///< PEM
    std::optional<UpstreamProxy> proxy;
    std::string trustFile;
    std::vector<policy::Address> ownAddresses; ///< besides those of the interfaces
    std::vector<Binding> bindings;
    std::optional<CacheSettings> cache; ///< none: nothing is kept
};

/// The policy members of "configure" and "policy". Fails with a sentence about the member that is
/// missing or wrong.
std::expected<policy::PolicyTexts, std::string> policyTexts(const nlohmann::json &message);

std::expected<Settings, std::string> settingsOf(nlohmann::json &message);
/// The key in a member of a message, which is wiped there; null when there is none.
std::shared_ptr<const Secret> takeSecret(nlohmann::json &object, const char *name);

} // namespace core::gateway
