#pragma once

#include <string>

namespace core::gateway {

/// Gives up what the gateway does not need: other programs, writing any file, reading any but
/// resolver files and libraries, core dumps and debuggers. Best effort; returns what holds and,
/// where something could not be had, why.
std::string confine();

} // namespace core::gateway
