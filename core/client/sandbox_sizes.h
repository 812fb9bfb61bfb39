#pragma once

#include "core/async/steps.h"
#include "core/sandbox/size_change.h"

namespace core {

class Sandboxes;

/// Changes the sizes of a sandbox, whatever it is doing. NoSuchSandbox, StateConflict while it
/// starts or stops, Usage for sizes that cannot be. A disk that grows in a running machine may
/// take a while.
Future<SizeAnswer> changeSizes(Sandboxes &sandboxes, const SandboxId &id, const SizeChange &change);

} // namespace core
