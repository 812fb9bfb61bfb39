#pragma once

namespace core::guest {

// Where the guest agent keeps things in the guest.

inline constexpr char runDirectory[] = "/run/paddock";
/// The agent's own binary, copied out of the initrd; the roles are started from it.
inline constexpr char agentBinary[] = "/run/paddock/guest";
/// The file system of the work disk. It holds the workspace, and beside it what must outlive the
/// guest's boot.
inline constexpr char workDisk[] = "/var/lib/paddock/work";
/// Bind-mounted at the workspace's path.
inline constexpr char workspaceStore[] = "/var/lib/paddock/work/workspace";
/// Comes first in dockerd's PATH: its runc and its containerd are the agent, which then becomes the
/// real one.
inline constexpr char runtimeDirectory[] = "/run/paddock/bin";
inline constexpr const char *runtimePrograms[] = {
    "/run/paddock/bin/runc", "/run/paddock/bin/containerd"};
inline constexpr char containerdFile[] = "/run/paddock/containerd.toml";
/// What containers trust; see container_trust.h.
inline constexpr char trustStore[] = "/run/paddock/trust";
inline constexpr char dockerData[] = "/var/lib/docker";
inline constexpr char dockerLog[] = "/var/log/dockerd.log";
inline constexpr char dockerSocket[] = "/run/docker.sock";

} // namespace core::guest
