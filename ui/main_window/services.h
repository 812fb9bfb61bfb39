#pragma once

#include "core/agents/agent_catalog.h"
#include "core/client/sandboxes.h"
#include "core/credentials/secret_store.h"

namespace ui {

/// What the windows work on; owned by the application, outlives them.
struct Services
{
    core::Sandboxes &sandboxes;
    core::SecretStore &secrets;
    const core::AgentCatalog &agents;
};

/// The agent's manifest; one with only the id when it is not known (any more).
core::Agent agentOf(const Services &services, const core::SandboxSettings &settings);

} // namespace ui
