#pragma once

#include "app/cli/cli.h"
#include "core/sandbox/size_change.h"

namespace cli {

/// Changes the sizes of a sandbox and says what holds when.
QFuture<int> applied(Cli &cli, const core::SandboxStatus &sandbox, const core::SizeChange &change);

} // namespace cli
