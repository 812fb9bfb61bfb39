#pragma once

#include "core/guest/configuration.h"

namespace core::guest {

/// Makes this machine the sandbox that `configuration` describes, except for docker and the clock.
/// Root only. May be called again: the last one holds. `previousWorkspace` is what an earlier call
/// mounted, or empty.
Outcome<> applyConfiguration(
    const Configuration &configuration, const std::string &previousWorkspace);

/// The variables that lead tools to the guest's certificates.
Environment certificateEnvironment();

/// `bundle` with the part that begins at our marker replaced by `certificates`; without
/// certificates it is just cut.
std::string bundleWith(std::string_view bundle, std::string_view certificates);

} // namespace core::guest
