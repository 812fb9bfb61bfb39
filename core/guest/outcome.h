#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace core::guest {

/// Success, or what failed, in words for the host's log.
template <typename T = void>
using Outcome = std::expected<T, std::string>;

/// "what: " and the text of errno.
std::unexpected<std::string> systemError(std::string_view what);

/// Writes a short text to an existing file, such as one below /proc/sys.
Outcome<> writeText(const char *path, std::string_view text);

} // namespace core::guest
