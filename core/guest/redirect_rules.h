#pragma once

#include <string>

namespace core::guest {

/// The nftables ruleset that leads every outgoing TCP connection, of processes and of containers,
/// to the relay's transparent listener, and rejects all else that would leave, so that it fails at
/// once instead of hanging. Loading it again replaces it.
///
/// What counts is that a packet would leave through the dummy interface: traffic of the loopback
/// and between containers is none of it. The original destination is read back by SO_ORIGINAL_DST.
std::string redirectRules();

} // namespace core::guest
