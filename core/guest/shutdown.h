#pragma once

#include "core/guest/guest_services.h"

namespace core::guest {

/// The end of an orderly shutdown, after the supervised processes were told to stop: TERM and,
/// after two seconds, KILL to all that is left, everything to disk, file systems unmounted or
/// read-only, power off or reboot. For PID 1 only.
[[noreturn]] void endMachine(ShutdownMode mode);

} // namespace core::guest
