#pragma once

#include "core/agents/agent.h"

namespace core {

/// What stands for a credential inside one sandbox: shaped like the real thing since clients check
/// its prefix, with the infix by which the gateway knows one that leaves for a host it is not bound
/// to. Worth nothing outside.
inline constexpr QLatin1StringView placeholderInfix("PADDOCKPH");

/// service → placeholder for each credential of the agent, from 128 random bits.
QHash<QString, QString> randomPlaceholders(const Agent &agent);

/// The agent's environment with the placeholders under their variables.
QHash<QString, QString> agentEnvironment(
    const Agent &agent, const QHash<QString, QString> &placeholders);

/// The agent's files with "{workspace}", "{placeholder:SERVICE}" and "{placeholder-tail:SERVICE}"
/// (its last 20 characters) filled in; in content escaped as inside a JSON or TOML string, so that
/// no path can leave its quotes.
QList<AgentFile> agentFiles(
    const Agent &agent, const QString &workspace, const QHash<QString, QString> &placeholders);

} // namespace core
