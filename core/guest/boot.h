#pragma once

#include "core/guest/outcome.h"

namespace core::guest {

/// From the kernel's hand-over to a system that the control port can serve: early mounts, the
/// modules of the initrd, the root disk, the switched root, the docker and work disks (formatted
/// when empty), the network. Blocks; for PID 1 only.
///
/// With `paddock.probe=1` on the kernel's command line it writes "PADDOCK-PROBE-OK" to the console
/// and powers off instead: the host asks whether this kernel reaches userspace at all.
Outcome<> boot();

/// Syncs and powers the machine off; does not return. For PID 1 only.
[[noreturn]] void powerOff();

} // namespace core::guest
