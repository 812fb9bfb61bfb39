#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace core {

/// What a process may do with the directories it keeps.
enum class FileAccess { Read, Change };

/// What a process keeps; everything else it gives up.
struct Confinement
{
    std::span<const int> directories = {}; ///< open; everything below them
    FileAccess access = FileAccess::Read;
    std::span<const int> deniedCalls = {}; ///< of seccomp, beyond those that no such process makes
};

/// Landlock where the kernel has it, seccomp, no new privileges, no core dumps, no debuggers. Other
/// programs cannot be run at all. Best effort; returns what holds and, where something could not be
/// had, why.
std::string confine(const Confinement &confinement);

} // namespace core
