#pragma once

#include <string>

namespace core::gateway {

/// Leaves the gateway the network, and for reading resolver files and libraries. Best effort;
/// returns what holds.
std::string confineGateway();

} // namespace core::gateway
