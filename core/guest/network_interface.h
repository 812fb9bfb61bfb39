#pragma once

#include "core/guest/outcome.h"

#include <string_view>

namespace core::guest {

/// Brings up the loopback and the dummy eth0 with the addresses of network_plan.h and a default
/// route into nowhere, and forwarding for containers. There is no IPv6: no address of it could be
/// redirected.
Outcome<> configureNetwork();

/// Gives eth0 a hardware address of the sandbox's own, made of its machine-id (32 hex digits): all
/// forks of a template wake up with the same one.
Outcome<> identifyNetwork(std::string_view machineId);

} // namespace core::guest
