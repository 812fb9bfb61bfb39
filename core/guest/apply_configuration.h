#pragma once

#include "core/guest/configuration.h"

namespace core::guest {

/// Makes this machine the sandbox that `configuration` describes, except for docker and the clock.
/// Root only. May be called again: the last one holds. `previousWorkspace` is what an earlier call
/// mounted, or empty.
Outcome<> applyConfiguration(
    const Configuration &configuration, const std::string &previousWorkspace);

} // namespace core::guest
