#pragma once

#include "core/guest/spawn.h"

#include <string>
#include <string_view>

namespace core::guest {

/// Where this system's programs look for the roots they trust.
inline constexpr char rootsBundle[] = "/etc/ssl/certs/ca-certificates.crt";

/// `bundle` with the part that begins at our marker replaced by `certificates`; without
/// certificates it is just cut.
std::string bundleWith(std::string_view bundle, std::string_view certificates);

/// That part of a bundle, or nothing.
std::string_view certificatesIn(std::string_view bundle);

/// The variables that lead tools to a bundle.
Environment certificateEnvironment(const std::string &bundle = rootsBundle);

} // namespace core::guest
