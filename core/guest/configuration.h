#pragma once

#include "core/guest/outcome.h"
#include "core/guest/spawn.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core::guest {

/// A file that the host wants in the guest.
struct GuestFile
{
    enum class Owner { Agent, Root };
    std::string path;
    unsigned mode = 0644;
    Owner owner = Owner::Agent;
    std::string content;
    friend bool operator==(const GuestFile &, const GuestFile &) = default;
};

/// What makes a machine one certain sandbox; the body of `POST /configure`. Empty means: not given.
struct Configuration
{
    std::string hostname;
    std::string machineId; ///< 32 hex digits
    std::int64_t realtimeNs = 0;
    std::string workspace;     ///< absolute
    std::string caCertificate; ///< PEM
    std::string extraRoots;    ///< PEM
    Environment environment;
    bool docker = false;
    std::vector<GuestFile> files;
    std::string aptOptions;
    friend bool operator==(const Configuration &, const Configuration &) = default;
};

/// Reads and checks it; the error names the member. Unknown members are ignored.
Outcome<Configuration> parseConfiguration(std::string_view json);

/// Why a workspace cannot lie at `path` whatever the guest holds there; empty when it can. A path
/// must be absolute and normal, and must neither be, nor lie above, a directory that the guest
/// needs, nor lie in a kernel file system.
std::string workspaceRefusal(std::string_view path);

/// Absolute, no empty, "." or ".." part, no control characters, at most 4096 bytes.
bool isNormalPath(std::string_view path);

} // namespace core::guest
