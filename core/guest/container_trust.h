#pragma once

#include "core/guest/outcome.h"

#include <string>
#include <string_view>

namespace core::guest {

/// How containers and the steps of builds trust the sandbox's roots: a directory of the guest is
/// bind-mounted into each of them, and variables lead tools there unless the container has its own.
/// It lies on the container's /dev, a file system in memory, so nothing of it gets into an image,
/// and the container's own bundle stays a plain file that its package manager can replace.
inline constexpr char trustInContainer[] = "/dev/sandbox-trust";

/// The directory below `store` for a container with this root file system: the roots that the
/// container brings (else those of `guestBundle`), and the sandbox's. Containers with the same
/// roots share one.
Outcome<std::string> makeTrust(
    const std::string &store, const std::string &root, std::string_view guestBundle);

/// Gives all directories of `store` these certificates; what runs sees them at its next look.
Outcome<> refreshTrust(const std::string &store, std::string_view certificates);

/// An OCI config.json with the directory mounted and the variables set.
Outcome<std::string> specWithTrust(std::string_view spec, const std::string &directory);
/// An OCI process with the variables set.
Outcome<std::string> processWithTrust(std::string_view process);
/// Whether the container of a runtime's state.json has the directory.
bool hasTrust(std::string_view state);
/// The root file system that a config.json names; relative to its bundle.
Outcome<std::string> rootOf(std::string_view spec);

} // namespace core::guest
