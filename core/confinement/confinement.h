#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace core {

/// What a process keeps; everything else it gives up.
struct Confinement
{
    std::span<const int> readable = {};    ///< open directories; everything below them
    std::span<const int> changeable = {};  ///< the same, and files may come and go there
    std::span<const int> deniedCalls = {}; ///< of seccomp, beyond those that no such process makes
};

/// Landlock where the kernel has it, seccomp, no new privileges, no core dumps, no debuggers. Other
/// programs cannot be run at all. Best effort; returns what holds and, where something could not be
/// had, why.
std::string confine(const Confinement &confinement);

} // namespace core
