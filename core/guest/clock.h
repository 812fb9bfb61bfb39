#pragma once

#include "core/guest/outcome.h"

#include <cstdint>
#include <string_view>

namespace core::guest {

/// Sets the system's clock, in nanoseconds since 1970.
Outcome<> setSystemClock(std::int64_t realtimeNs);

/// Gives the kernel random bytes that it trusts, and has it mix them in at once.
Outcome<> reseedKernel(std::string_view randomBytes);

/// Milliseconds since the machine started.
std::int64_t uptimeMs();
/// Milliseconds that all processors together have worked since then.
std::int64_t busyMs();
/// Milliseconds since 1970, as the machine believes.
std::int64_t realtimeMs();

} // namespace core::guest
