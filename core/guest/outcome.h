#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace core::guest {

/// Success, or what failed, in words for the host's log.
template <typename T = void>
using Outcome = std::expected<T, std::string>;

/// "what: " and the text of errno.
std::unexpected<std::string> systemError(std::string_view what);

/// Runs a program to its end, without a shell; fails when it cannot start or ends with another code
/// than 0. Blocks, so for the time before the event loop only.
Outcome<> run(const std::vector<std::string> &argv);

/// Writes a short text to an existing file, such as one below /proc/sys.
Outcome<> writeText(const char *path, std::string_view text);

} // namespace core::guest
