#pragma once

#include "core/agents/agent.h"
#include "core/result.h"

#include <QByteArray>

namespace core {

/// What a warden leaves in its sandbox's directory for the next one.
class SandboxStateFiles
{
public:
    explicit SandboxStateFiles(QString sandboxDirectory);

    /// Why the last run ended, for the directory of sandboxes to tell.
    void writeLastExit(const Error &error, const QByteArray &consoleTail) const;
    void removeLastExit() const;

    /// A mark that stands while a machine runs: found at a start, the last machine stopped
    /// uncleanly.
    [[nodiscard]] bool wasUnclean() const;
    void markRunning() const;
    void markStopped() const;

    /// Stands once the guest has had the workspace, and with it a repository of its own.
    [[nodiscard]] bool wasSeeded() const;
    void markSeeded() const;

    /// The sandbox's placeholders: they must be the same from start to start, since the agent
    /// remembers having accepted them.
    [[nodiscard]] QHash<QString, QString> placeholders(const Agent &agent) const;

    /// The files that the guest's disk does not have yet; none when these very ones were written
    /// before, since the agent goes on writing to them.
    [[nodiscard]] QList<AgentFile> newFiles(const QList<AgentFile> &files) const;
    void rememberFiles(const QList<AgentFile> &files) const;

private:
    [[nodiscard]] QString path(QStringView name) const;

    QString m_directory;
};

} // namespace core
