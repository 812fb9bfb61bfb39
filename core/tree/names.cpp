#include "core/tree/names.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utf8proc.h>

namespace core::tree {

namespace {

struct FreeText
{
    void operator()(utf8proc_uint8_t *text) const { std::free(text); }
};

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string folded(std::string_view name)
{
    if (!isAscii(name)) {
        utf8proc_uint8_t *text = nullptr;
        const auto options =
            static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                           UTF8PROC_IGNORE | UTF8PROC_STABLE);
        const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(name.data()),
            static_cast<utf8proc_ssize_t>(name.size()),
            &text,
            options);
        const std::unique_ptr<utf8proc_uint8_t, FreeText> owned(text);
        if (length >= 0)
            return std::string(
                reinterpret_cast<const char *>(text), static_cast<std::size_t>(length));
    }
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return lower;
}

std::string_view withoutTail(std::string_view name)
{
    const auto colon = name.find(':');
    name = name.substr(0, colon);
    while (!name.empty() && (name.back() == '.' || name.back() == ' '))
        name.remove_suffix(1);
    return name;
}

} // namespace

bool isLegalName(std::string_view name)
{
    return !name.empty() && name.size() <= maxNameBytes && name != "." && name != ".." &&
           name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

bool isLegalPath(std::string_view path)
{
    if (path.empty())
        return true;
    if (path.size() > maxPathBytes)
        return false;
    std::size_t depth = 0;
    for (std::size_t start = 0; start <= path.size(); ++depth) {
        const auto slash = std::min(path.find('/', start), path.size());
        if (!isLegalName(path.substr(start, slash - start)))
            return false;
        start = slash + 1;
    }
    return depth <= maxDepth;
}

bool foldsTo(std::string_view name, std::string_view want)
{
    const std::string text = folded(name);
    return withoutTail(text) == want;
}

bool isGitName(std::string_view name)
{
    const std::string text = folded(name);
    const std::string_view plain = withoutTail(text);
    if (plain == ".git")
        return true;
    const auto tilde = plain.find('~');
    if (tilde == std::string_view::npos || tilde + 1 == plain.size())
        return false;
    const bool numbered =
        std::ranges::all_of(plain.substr(tilde + 1), [](char c) { return c >= '0' && c <= '9'; });
    return numbered && (plain.starts_with("git~") || plain.starts_with("gi250a~"));
}

bool linkStaysInside(std::string_view linkPath, std::string_view target, std::string_view workspace)
{
    if (target.empty() || target.size() > 1023)
        return false;
    auto depth = std::ranges::count(linkPath, '/');
    if (target.starts_with('/')) {
        if (workspace.empty() || !target.starts_with(workspace))
            return false;
        target.remove_prefix(workspace.size());
        if (target.empty())
            return true;
        if (!target.starts_with('/'))
            return false;
        target.remove_prefix(1);
        depth = 0;
    }
    bool leading = true;
    for (std::size_t start = 0; start <= target.size();) {
        const auto slash = std::min(target.find('/', start), target.size());
        const std::string_view part = target.substr(start, slash - start);
        leading = leading && part == "..";
        if (leading ? depth-- <= 0 : !isLegalName(part))
            return false;
        start = slash + 1;
    }
    return true;
}

} // namespace core::tree
