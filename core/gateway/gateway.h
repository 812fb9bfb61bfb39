#pragma once

#include "core/gateway/blob_store.h"
#include "core/gateway/connection_log.h"
#include "core/gateway/dialler.h"
#include "core/gateway/settings.h"
#include "core/policy/decide.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace core::gateway {

/// What all connections of one sandbox share: policy, keys, authority, log, and the list of what is
/// under way.
class Gateway
{
public:
    /// Something under way that a new policy may end.
    struct Flow
    {
        policy::Request request;
        std::function<void()> revoke;
    };
    using Flows = std::list<Flow>;

    /// Open descriptors; they stay the caller's.
    struct Files
    {
        int log = -1;
        int blobs = -1; ///< a directory; used when the settings have a cache
    };
    /// Fails with a sentence when authority or roots cannot be read.
    static std::expected<std::unique_ptr<Gateway>, std::string> create(
        Settings settings, Files files, ConnectionLog::Line announce);

    /// Replaces the policy; everything under way is judged again and ended where it is no longer
    /// allowed.
    void setPolicy(policy::Policy policy);
    /// Another key for a service, or none; what comes next uses it.
    void setSecret(const std::string &service, const std::shared_ptr<const Secret> &secret);

    [[nodiscard]] policy::Decision decide(const policy::Request &request);
    [[nodiscard]] std::shared_ptr<const policy::Policy> policy() const { return m_policy; }
    [[nodiscard]] std::uint64_t epoch() const { return m_epoch; }
    [[nodiscard]] policy::Context context();
    [[nodiscard]] const Settings &settings() const { return m_settings; }
    /// The binding of a host; null for none.
    [[nodiscard]] const Binding *bindingOf(const policy::Host &host) const;

    Authority &authority() { return *m_authority; }
    Dialler &dialler() { return *m_dialler; }
    /// Null when no blobs of container images are kept.
    const BlobStore *blobs() const { return m_blobs.get(); }
    void log(Record record);
    std::uint64_t nextConnection() { return ++m_connections; }

    Flows::iterator enter(Flow flow) { return m_flows.insert(m_flows.end(), std::move(flow)); }
    void leave(Flows::iterator flow) { m_flows.erase(flow); }

private:
    Gateway(Settings settings, Files files, ConnectionLog::Line announce);

    Settings m_settings;
    std::shared_ptr<const policy::Policy>
        m_policy; ///< shared with what is being dialled when a new one comes
    std::uint64_t m_epoch = 0;
    std::uint64_t m_connections = 0;
    std::unique_ptr<Authority> m_authority;
    std::unique_ptr<Dialler> m_dialler;
    std::unique_ptr<const BlobStore> m_blobs;
    ConnectionLog m_log;
    Flows m_flows;
};

/// Lists a flow for as long as it lives.
class FlowEntry
{
public:
    FlowEntry(Gateway &gateway, Gateway::Flow flow)
        : m_gateway(gateway)
        , m_entry(gateway.enter(std::move(flow)))
    {
    }
    ~FlowEntry() { m_gateway.leave(m_entry); }
    FlowEntry(const FlowEntry &) = delete;
    FlowEntry &operator=(const FlowEntry &) = delete;

private:
    Gateway &m_gateway;
    Gateway::Flows::iterator m_entry;
};

} // namespace core::gateway
