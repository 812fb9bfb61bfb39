#pragma once

#include "core/guest/outcome.h"

#include <string>
#include <string_view>
#include <sys/types.h>

namespace core::guest {

struct Ownership
{
    uid_t uid = 0;
    gid_t gid = 0;
};

/// The whole file, or an empty text.
std::string readFile(const std::string &path);

/// Replaces the file by rename; its directory must exist.
Outcome<> replaceFile(
    const std::string &path, std::string_view content, mode_t mode, Ownership owner = {});

/// Makes the missing directories down to `path`, 0755 and owned by `owner`. Follows no link and
/// refuses one.
Outcome<> makeDirectories(const std::string &path, Ownership owner = {});

} // namespace core::guest
