#include "core/guest/users.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace core::guest {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<std::uint32_t> number(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

std::optional<User> parseEntry(std::string_view line)
{
    const auto fields = split(line, ':');
    if (fields.size() != 7)
        return {};
    const auto uid = number(fields[2]);
    const auto gid = number(fields[3]);
    if (!uid || !gid)
        return {};
    return User{.name = std::string(fields[0]),
        .uid = *uid,
        .gid = *gid,
        .groups = {*gid},
        .home = std::string(fields[5]),
        .shell = std::string(fields[6])};
}

void addGroups(User &user, std::string_view group)
{
    for (const auto line : split(group, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() != 4)
            continue;
        const auto gid = number(fields[2]);
        const bool isMember = std::ranges::contains(split(fields[3], ','), user.name);
        if (gid && isMember && !std::ranges::contains(user.groups, *gid))
            user.groups.push_back(*gid);
    }
}

std::string contentOf(const char *path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator(file), {}};
}

} // namespace

std::optional<User> findUser(std::string_view name, std::string_view passwd, std::string_view group)
{
    for (const auto line : split(passwd, '\n')) {
        auto user = parseEntry(line);
        if (!user || (user->name != name && std::to_string(user->uid) != name))
            continue;
        addGroups(*user, group);
        return user;
    }
    return {};
}

std::optional<User> findUser(std::string_view name)
{
    return findUser(name, contentOf("/etc/passwd"), contentOf("/etc/group"));
}

} // namespace core::guest
