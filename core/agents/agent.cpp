#include "core/agents/agent.h"

namespace core {

QStringList agentCommand(const Agent &agent, const QStringList &userArguments)
{
    const bool replaces = !userArguments.isEmpty() && !userArguments.first().startsWith(u'-');
    return agent.command + (replaces ? QStringList() : agent.defaultArguments) + userArguments;
}

} // namespace core
