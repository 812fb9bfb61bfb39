#include "core/gateway/gateway.h"

#include <algorithm>
#include <openssl/crypto.h>

namespace core::gateway {

Gateway::Gateway(Settings settings, Files files, ConnectionLog::Line announce)
    : m_settings(std::move(settings))
    , m_policy(std::make_shared<const policy::Policy>())
    , m_log(files.log, m_settings.sandbox, std::move(announce))
{
    if (m_settings.cache)
        m_blobs = std::make_unique<const BlobStore>(files.blobs, *m_settings.cache);
}

std::expected<std::unique_ptr<Gateway>, std::string> Gateway::create(
    Settings settings, Files files, ConnectionLog::Line announce)
{
    std::unique_ptr<Gateway> gateway(new Gateway(std::move(settings), files, std::move(announce)));
    auto authority = Authority::fromPem(gateway->m_settings.authority);
    if (!authority)
        return std::unexpected(authority.error());
    OPENSSL_cleanse(
        gateway->m_settings.authority.key.data(), gateway->m_settings.authority.key.size());
    gateway->m_authority = std::make_unique<Authority>(std::move(*authority));
    auto dialler = Dialler::create(gateway->m_settings);
    if (!dialler)
        return std::unexpected(dialler.error());
    gateway->m_dialler = std::move(*dialler);
    return gateway;
}

policy::Context Gateway::context()
{
    return {.sandbox = m_settings.sandbox, .ownAddresses = m_dialler->ownAddresses()};
}

policy::Decision Gateway::decide(const policy::Request &request)
{
    return policy::decide(*m_policy, context(), request);
}

void Gateway::setPolicy(policy::Policy policy)
{
    m_policy = std::make_shared<const policy::Policy>(std::move(policy));
    ++m_epoch;
    std::vector<std::function<void()>> revoked;
    for (const auto &flow : m_flows)
        if (decide(flow.request).verdict != policy::Verdict::Allow)
            revoked.push_back(flow.revoke);
    for (const auto &revoke : revoked)
        revoke();
}

void Gateway::setSecret(const std::string &service, const std::shared_ptr<const Secret> &secret)
{
    for (auto &binding : m_settings.bindings) {
        if (binding.service == service)
            binding.secret = secret;
    }
}

const Binding *Gateway::bindingOf(const policy::Host &host) const
{
    const auto found = std::ranges::find_if(
        m_settings.bindings, [&](const Binding &binding) { return binding.binds(host.name); });
    return host.address || found == m_settings.bindings.end() ? nullptr : &*found;
}

void Gateway::log(Record record)
{
    record.epoch = m_epoch;
    m_log.write(record);
}

} // namespace core::gateway
