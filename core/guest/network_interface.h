#pragma once

#include "core/guest/outcome.h"

namespace core::guest {

/// Brings up the loopback and the dummy eth0 with the addresses of network_plan.h and a default
/// route into nowhere, and forwarding for containers. There is no IPv6: no address of it could be
/// redirected.
Outcome<> configureNetwork();

} // namespace core::guest
