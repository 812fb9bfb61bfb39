#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace core::guest {

/// The device of the port "org.paddock.<name>", such as "/dev/vport1p2"; empty while there is none.
std::string findVirtioPort(std::string_view name);

/// Opens the port "org.paddock.<name>" for reading and writing, non-blocking and close-on-exec.
/// Waits up to five seconds for its device and for another owner to let go of it. The error is the
/// reason in words.
///
/// While no host is connected, a read gives 0 and a write EAGAIN, and poll says POLLHUP at once,
/// over and over: a reader waits a while (50 ms) after a read of 0, or uses edge-triggered epoll,
/// where a new connection is an edge of its own.
std::expected<int, std::string> openVirtioPort(std::string_view name);

} // namespace core::guest
