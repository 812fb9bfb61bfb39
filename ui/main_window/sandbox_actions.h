#pragma once

#include "ui/main_window/services.h"

#include <QObject>
#include <QSet>

#include <functional>

namespace ui {

/// What a user does to sandboxes; each answers with a changed state or with `failed`.
class SandboxActions : public QObject
{
    Q_OBJECT

public:
    explicit SandboxActions(Services services, QObject *parent = nullptr);

    /// Makes and starts it, and its agent when it runs. Answers the id, or why it cannot be made.
    core::Result<core::SandboxId> create(const core::NewSandbox &request);
    /// The sandbox of that folder and agent, made when there is none, started.
    core::Result<core::SandboxId> run(const core::NewSandbox &request);
    /// Starts it with the keys its agent is bound to, and then its agent.
    void start(const core::SandboxId &id);
    void stop(const core::SandboxId &id);
    /// Keeps the machine as it is on the disk; the next start goes on there.
    void suspend(const core::SandboxId &id);
    /// Makes copies that go on from this moment, and starts them.
    void fork(const core::SandboxId &id, int count);
    /// Brings it back to a snapshot and goes on from there; what runs is kept as one first.
    void restore(const core::SandboxId &id, const QString &snapshot);
    void forceStop(const core::SandboxId &id);
    /// Stops it, by force if it hangs, and starts it again.
    void restart(const core::SandboxId &id);
    /// Stops it and removes all that is its own, never the workspace.
    void remove(const core::SandboxId &id);
    /// Keeps the consent to software emulation in config.toml.
    core::Result<> keepConsent();
    /// Keeps the consent and starts again.
    void acceptEmulation(const core::SandboxId &id);

    /// Whether the agent is to be started now that the sandbox runs; true once per start.
    bool takeAgentWanted(const core::SandboxId &id) { return m_agentWanted.remove(id); }

signals:
    void failed(const core::SandboxId &id, const core::Error &error);
    /// The keychain did not answer; the sandbox starts without its keys.
    void keysMissing(const core::SandboxId &id, const core::Error &error);

private:
    using Secrets = QHash<QString, QByteArray>;
    /// Goes on with the keys that its agent is bound to.
    void withKeys(
        const core::SandboxId &id, const std::function<core::Future<>(const Secrets &)> &start);
    void report(const core::SandboxId &id, const core::Result<> &result);
    void end(const core::SandboxId &id, bool force);

    Services m_services;
    QSet<core::SandboxId> m_agentWanted;
};

} // namespace ui
