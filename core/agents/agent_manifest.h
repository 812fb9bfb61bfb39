#pragma once

#include "core/agents/agent.h"
#include "core/result.h"

namespace core {

/// Reads one manifest (resources/agents/*.toml tell the keys by example). Strict: an unknown key, a
/// value of the wrong type or a missing one is BadConfiguration with "source:line:column: what is
/// wrong". At most 64 KiB.
Result<Agent> agentFromToml(const QByteArray &text, const QString &source);

} // namespace core
