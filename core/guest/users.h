#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace core::guest {

/// Who a command runs as.
struct User
{
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups; ///< all of them, `gid` included
    std::string home;
    std::string shell;
    friend bool operator==(const User &, const User &) = default;
};

/// Finds a user by name or by number in the texts of /etc/passwd and /etc/group. The static binary
/// has no name service.
std::optional<User> findUser(
    std::string_view name, std::string_view passwd, std::string_view group);

/// The same, of this system.
std::optional<User> findUser(std::string_view name);

} // namespace core::guest
