#pragma once

#include "core/guest/outcome.h"

namespace core::guest {

/// /proc, /sys, /dev and /run of the initrd; they move along when the root is switched.
Outcome<> mountEarly();

/// Makes the file system mounted at `newRoot` the root: moves the early mounts into it, and this
/// process with it.
Outcome<> switchRoot(const char *newRoot);

/// What the switched root still needs: pseudo terminals, shared memory, control groups with their
/// controllers delegated, the usual links in /dev. No file system goes on /tmp: workspaces may lie
/// below it.
Outcome<> mountSystem();

/// Mounts a device's ext4; makes the mount point when it is missing.
Outcome<> mountDisk(const std::string &device, const char *at);

} // namespace core::guest
