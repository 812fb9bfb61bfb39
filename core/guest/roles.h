#pragma once

namespace core::guest {

/// The guest agent is one static binary in several processes, told apart by their first argument.
/// PID 1 starts the others from the same file and starts them again when they end.
int runInit();  ///< PID 1: mounts, modules, root switch, control port, exec and PTY, dockerd,
                ///< shutdown
int runRelay(); ///< "relay": egress port, transparent and proxy listeners, DNS stub
int runSync();  ///< "sync": sync port, watches and applies
/// Called as runc: adds what containers trust to what the runtime is told, and becomes it.
int runRuntime(int count, char **arguments);
/// Called as containerd: adds to what dockerd tells it, and becomes it.
int runContainerd(int count, char **arguments);

} // namespace core::guest
