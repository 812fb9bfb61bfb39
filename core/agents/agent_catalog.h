#pragma once

#include "core/agents/agent.h"
#include "core/paths.h"
#include "core/result.h"

#include <QList>

namespace core {

/// The agents this user can run: the built-in ones and those of `agents/*.toml` in the
/// configuration directory, where a later one of the same id wins. Read once; cheap to copy.
class AgentCatalog
{
public:
    static AgentCatalog load(const Paths &paths);

    [[nodiscard]] const QList<Agent> &all() const { return m_agents; } ///< by name
    /// UnknownAgent names the agents there are; BadConfiguration tells why the user's own manifest
    /// of that name is refused.
    [[nodiscard]] Result<Agent> find(const QString &id) const;
    /// What was wrong with manifests of the user; those are left out.
    [[nodiscard]] const QStringList &problems() const { return m_problems; }

private:
    void add(const QString &directory);

    QList<Agent> m_agents;
    QStringList m_problems;
};

} // namespace core
