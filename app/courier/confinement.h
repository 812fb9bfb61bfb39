#pragma once

#include <span>
#include <string>

/// Gives up everything but the given directories: Landlock where the kernel has it, no sockets,
/// programs, ownership or tracing by seccomp, no new privileges, no core dumps. Best effort;
/// returns what holds and, where something could not be had, why.
std::string confine(std::span<const int> directories);
