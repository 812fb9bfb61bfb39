#include "core/agents/agent_catalog.h"

#include "core/agents/agent_manifest.h"

#include <QDir>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {

AgentCatalog AgentCatalog::load(const Paths &paths)
{
    AgentCatalog catalog;
    catalog.add(u":/agents"_s);
    catalog.add(paths.config + u"/agents"_s);
    std::ranges::sort(catalog.m_agents, {}, &Agent::name);
    return catalog;
}

void AgentCatalog::add(const QString &directory)
{
    const auto names = QDir(directory).entryList({u"*.toml"_s}, QDir::Files, QDir::Name);
    for (const auto &name : names) {
        QFile file(directory + u'/' + name);
        if (!file.open(QFile::ReadOnly)) {
            m_problems << u"%1: %2"_s.arg(file.fileName(), file.errorString());
            continue;
        }
        const auto agent = agentFromToml(file.read(65 << 10), file.fileName());
        if (!agent) {
            m_problems << agent.error().detail;
            continue;
        }
        m_agents.removeIf([&](const Agent &known) { return known.id == agent->id; });
        m_agents << *agent;
    }
}

Result<Agent> AgentCatalog::find(const QString &id) const
{
    const auto found = std::ranges::find(m_agents, id, &Agent::id);
    if (found != m_agents.end())
        return *found;
    for (const auto &problem : m_problems) {
        if (problem.contains(u"/%1.toml:"_s.arg(id)))
            return std::unexpected(Error{.kind = Error::Kind::BadConfiguration, .detail = problem});
    }
    QStringList ids;
    for (const auto &agent : m_agents)
        ids << agent.id;
    ids.sort();
    return std::unexpected(Error{.kind = Error::Kind::UnknownAgent,
        .detail = u"there is no agent \"%1\"; known are %2"_s.arg(id, ids.join(u", "_s))});
}

} // namespace core
