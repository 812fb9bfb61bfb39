#pragma once

#include "core/agents/agent.h"
#include "core/config/config.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"

namespace core {

/// Where the warden finds what it starts.
struct WardenPrograms
{
    QString gateway;
    QString courier;
    QString guestPart;      ///< the initrd's part with the guest agent
    QString imageDirectory; ///< PADDOCK_IMAGE, or empty
};

struct WardenSetup
{
    Paths paths;
    SandboxSettings settings;
    Agent agent;
    Config config;
    WardenPrograms programs;
};

} // namespace core
