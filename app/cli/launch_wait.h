#pragma once

#include "app/cli/cli.h"

namespace cli {

/// Waits until a sandbox whose warden serves is running, saying each stage on standard error; the
/// reason when its launch fails. A sandbox that already runs is answered at once and without a
/// word. SIGINT ends the waiting (Cancelled); the launch goes on.
core::Future<> whenRunning(Cli &cli, const core::SandboxId &id);

} // namespace cli
