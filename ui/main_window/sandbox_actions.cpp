#include "ui/main_window/sandbox_actions.h"

#include "core/client/running_fork.h"
#include "core/client/sandbox_snapshots.h"
#include "core/config/config_file.h"
#include "core/credentials/collect.h"

using namespace Qt::StringLiterals;

namespace ui {

core::Agent agentOf(const Services &services, const core::SandboxSettings &settings)
{
    if (const core::Result<core::Agent> agent = services.agents.find(settings.agent))
        return *agent;
    core::Agent unknown;
    unknown.id = settings.agent;
    unknown.name = settings.agent;
    return unknown;
}

SandboxActions::SandboxActions(Services services, QObject *parent)
    : QObject(parent)
    , m_services(services)
{
}

core::Result<core::SandboxId> SandboxActions::create(const core::NewSandbox &request)
{
    core::Result<core::SandboxId> id = m_services.sandboxes.create(request);
    if (id)
        start(*id);
    return id;
}

core::Result<core::SandboxId> SandboxActions::run(const core::NewSandbox &request)
{
    const core::Result<core::FoundSandbox> found = m_services.sandboxes.findOrCreate(request);
    if (!found)
        return std::unexpected(found.error());
    start(found->id);
    return found->id;
}

void SandboxActions::start(const core::SandboxId &id)
{
    withKeys(id, [this, id](const Secrets &keys) { return m_services.sandboxes.start(id, keys); });
}

void SandboxActions::restore(const core::SandboxId &id, const QString &snapshot)
{
    withKeys(id, [this, id, snapshot](const Secrets &keys) {
        return core::restoreSnapshot(m_services.sandboxes, id, snapshot, {.secrets = keys});
    });
}

void SandboxActions::withKeys(
    const core::SandboxId &id, const std::function<core::Future<>(const Secrets &)> &start)
{
    const auto status = m_services.sandboxes.find(id.value);
    if (!status)
        return;
    m_agentWanted.insert(id);
    QStringList keys;
    for (const core::CredentialBinding &binding : agentOf(m_services, status->settings).credentials)
        keys.append(binding.service);
    core::collectSecrets(m_services.secrets, keys)
        .then(this, [this, id, start](const core::CollectedSecrets &secrets) {
            if (secrets.problem)
                emit keysMissing(id, *secrets.problem);
            start(secrets.values).then(this, [this, id](const core::Result<> &result) {
                report(id, result);
            });
        });
}

void SandboxActions::stop(const core::SandboxId &id)
{
    end(id, false);
}

void SandboxActions::suspend(const core::SandboxId &id)
{
    m_agentWanted.remove(id);
    m_services.sandboxes.suspend(id).then(
        this, [this, id](const core::Result<> &result) { report(id, result); });
}

void SandboxActions::fork(const core::SandboxId &id, int count)
{
    const auto config = core::loadConfig(m_services.sandboxes.paths().configFile());
    if (!config)
        return report(id, std::unexpected(config.error()));
    auto *fork = new core::RunningFork(
        m_services.sandboxes, {.source = id, .name = {}, .count = count, .config = *config});
    fork->setParent(this);
    fork->run().then(this, [this, id, fork](const core::Result<QList<core::SandboxId>> &forks) {
        fork->deleteLater(); // its own future tells this
        if (!forks)
            return report(id, std::unexpected(forks.error()));
        for (const core::SandboxId &one : *forks)
            start(one);
    });
}

void SandboxActions::forceStop(const core::SandboxId &id)
{
    end(id, true);
}

void SandboxActions::restart(const core::SandboxId &id)
{
    m_services.sandboxes.stopInAnyCase(id).then(this,
        [this, id](const core::Result<> &stopped) { stopped ? start(id) : report(id, stopped); });
}

void SandboxActions::end(const core::SandboxId &id, bool force)
{
    m_agentWanted.remove(id);
    m_services.sandboxes.stop(id, force).then(
        this, [this, id](const core::Result<> &result) { report(id, result); });
}

void SandboxActions::remove(const core::SandboxId &id)
{
    m_agentWanted.remove(id);
    const auto status = m_services.sandboxes.find(id.value);
    if (!status)
        return;
    const bool off = core::isOff(status->state);
    const core::Future<> stopped =
        off ? core::ready(core::Result<>()) : m_services.sandboxes.stop(id, true);
    core::steps(this, stopped)
        .then([this, id] { return m_services.sandboxes.remove(id); })
        .finally([this, id](const core::Result<> &result) { report(id, result); });
}

core::Result<> SandboxActions::keepConsent()
{
    const core::ConfigKey *key = core::findConfigKey(u"acceleration.accept_emulation");
    return core::storeSetting(m_services.sandboxes.paths().configFile(), *key, true);
}

void SandboxActions::acceptEmulation(const core::SandboxId &id)
{
    if (const core::Result<> kept = keepConsent(); kept)
        start(id);
    else
        report(id, kept);
}

void SandboxActions::report(const core::SandboxId &id, const core::Result<> &result)
{
    if (!result)
        emit failed(id, result.error());
}

} // namespace ui
