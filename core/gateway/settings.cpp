#include "core/gateway/settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace core::gateway {

namespace {

using nlohmann::json;

std::string text(const json &object, const char *name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string> texts(const json &object, const char *name)
{
    std::vector<std::string> all;
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array())
        return all;
    for (const auto &each : *found)
        if (each.is_string())
            all.push_back(each.get<std::string>());
    return all;
}

json member(const json &object, const char *name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : json::object();
}

/// "host:port=address:port"
std::expected<void, std::string> addFixed(const std::string &line, Settings &settings)
{
    const auto equals = line.find('=');
    const auto from = policy::parseAuthority(line.substr(0, equals));
    const auto to = equals == std::string::npos ? std::nullopt
                                                : policy::parseAuthority(line.substr(equals + 1));
    if (!from || !from->port || !to || !to->port || !to->host.address)
        return std::unexpected(
            "gateway.upstream.resolve: “" + line + "” is not host:port=address:port");
    settings.resolve[{from->host.name, *from->port}] = {
        .address = *to->host.address, .port = *to->port};
    return {};
}

std::string base64(const std::string &plain)
{
    std::string encoded(4 * ((plain.size() + 2) / 3) + 1, '\0');
    const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(encoded.data()),
        reinterpret_cast<const unsigned char *>(plain.data()),
        static_cast<int>(plain.size()));
    encoded.resize(static_cast<std::size_t>(length));
    return encoded;
}

std::expected<std::optional<UpstreamProxy>, std::string> proxyOf(std::string url)
{
    if (url.empty())
        return std::nullopt;
    const std::string wrong = "gateway.upstream.proxy is not http://[user:password@]host:port";
    if (!url.starts_with("http://"))
        return std::unexpected(wrong);
    url.erase(0, 7);
    while (url.ends_with('/'))
        url.pop_back();
    UpstreamProxy proxy;
    if (const auto at = url.rfind('@'); at != std::string::npos) {
        proxy.authorization = "Basic " + base64(url.substr(0, at));
        url.erase(0, at + 1);
    }
    const auto raw = policy::splitAuthority(url);
    const auto host = raw ? policy::canonicalHost(raw->host) : std::nullopt;
    const auto port = raw && raw->port ? policy::parsePort(*raw->port) : std::nullopt;
    if (!host || (raw->port && !port))
        return std::unexpected(wrong);
    proxy.host = host->name;
    proxy.port = port.value_or(3128);
    return proxy;
}

std::expected<Binding, std::string> bindingOf(json &object)
{
    Binding binding{.service = text(object, "service"),
        .hosts = {},
        .pathPrefix = text(object, "pathPrefix"),
        .strip = texts(object, "strip"),
        .header = text(object, "header"),
        .format = text(object, "format"),
        .secret = {}};
    for (const auto &name : texts(object, "hosts")) {
        const auto host = policy::canonicalHost(name);
        if (!host || host->address)
            return std::unexpected(
                "credential " + binding.service + ": “" + name + "” is not a host name");
        binding.hosts.push_back(host->name);
    }
    if (binding.service.empty() || binding.hosts.empty() || binding.header.empty() ||
        binding.format.find("{secret}") == std::string::npos)
        return std::unexpected(
            "credential “" + binding.service + "” lacks hosts, header or format");
    binding.secret = takeSecret(object, "secret");
    return binding;
}

/// A registry that cannot be read is a fault: nothing of it would be kept, without a word.
std::expected<std::optional<CacheSettings>, std::string> cacheOf(const json &message)
{
    const auto cache = member(message, "cache");
    if (cache.empty())
        return std::nullopt;
    CacheSettings settings{.registries = {},
        .budgetBytes = cache.value("budgetBytes", std::uint64_t(0)),
        .floorBytes = cache.value("floorBytes", std::uint64_t(0))};
    for (const auto &each : texts(cache, "registries")) {
        const auto authority = policy::parseAuthority(each);
        if (!authority || authority->host.address)
            return std::unexpected("cache.registries: “" + each + "” is not host or host:port");
        settings.registries.push_back(
            authority->host.name + ":" + std::to_string(authority->port.value_or(443)));
    }
    return settings;
}

} // namespace

std::shared_ptr<const Secret> takeSecret(json &object, const char *name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        return nullptr;
    auto &text = found->get_ref<std::string &>();
    auto secret = std::make_shared<const Secret>(text);
    OPENSSL_cleanse(text.data(), text.size());
    return secret;
}

std::expected<policy::PolicyTexts, std::string> policyTexts(const json &message)
{
    const auto mode = policy::modeFromText(text(message, "mode"));
    if (!mode)
        return std::unexpected("the network mode “" + text(message, "mode") + "” is not offered");
    policy::PolicyTexts made{.mode = *mode,
        .global = text(message, "globalPolicy"),
        .sandbox = text(message, "sandboxPolicy"),
        .presets = policy::builtinPresets(),
        .agentPresets = texts(message, "agentPresets")};
    const auto presets = member(message, "presets");
    for (const auto &[name, preset] : presets.items())
        if (preset.is_string())
            made.presets[name] = preset.get<std::string>();
    return made;
}

std::expected<Settings, std::string> settingsOf(json &message)
{
    Settings settings;
    settings.sandbox = text(message, "sandbox");
    const auto authority = member(message, "ca");
    settings.authority = {
        .certificate = text(authority, "certificate"), .key = text(authority, "key")};
    const auto upstream = member(message, "upstream");
    for (const auto &line : texts(upstream, "resolve"))
        if (auto added = addFixed(line, settings); !added)
            return std::unexpected(added.error());
    settings.extraRoots = text(upstream, "caBundle");
    auto proxy = proxyOf(text(upstream, "proxy"));
    if (!proxy)
        return std::unexpected(proxy.error());
    settings.proxy = std::move(*proxy);
    settings.trustFile = text(message, "trustFile");
    for (const auto &each : texts(message, "ownAddresses"))
        if (const auto address = policy::parseAddress(each))
            settings.ownAddresses.push_back(*address);
    auto cache = cacheOf(message);
    if (!cache)
        return std::unexpected(cache.error());
    settings.cache = std::move(*cache);
    const auto credentials = message.find("credentials");
    if (credentials == message.end() || !credentials->is_array())
        return settings;
    for (auto &each : *credentials) {
        auto binding = bindingOf(each);
        if (!binding)
            return std::unexpected(binding.error());
        settings.bindings.push_back(std::move(*binding));
    }
    return settings;
}

} // namespace core::gateway
