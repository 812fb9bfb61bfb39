#pragma once

#include <span>
#include <string>

namespace core::gateway {

/// Leaves the gateway the network, and for reading resolver files and libraries; and the
/// directories in `changeable` as they are. Best effort; returns what holds.
std::string confineGateway(std::span<const int> changeable);

} // namespace core::gateway
