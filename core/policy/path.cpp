#include "core/policy/path.h"

#include "core/policy/rule_text.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace core::policy {

namespace {

std::optional<int> hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return {};
}

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// Appends what stands at `at` and returns how many bytes it took; 0 when the escape is broken.
std::size_t decodeOne(std::string_view target, std::size_t at, CanonicalPath &path)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    if (target[at] != '%') {
        if (target[at] == ';' || target[at] == '\\')
            path.state = CanonicalPath::State::Ambiguous;
        path.text += target[at];
        return 1;
    }
    const auto high = at + 2 < target.size() ? hexDigit(target[at + 1]) : std::nullopt;
    const auto low = high ? hexDigit(target[at + 2]) : std::nullopt;
    if (!low)
        return 0;
    const auto value = static_cast<char>(*high * 16 + *low);
    if (isUnreserved(value)) {
        path.text += value;
        return 3;
    }
    if (value == '/' || value == '\\' || value == '\0' || value == '%' || value == ';')
        path.state = CanonicalPath::State::Ambiguous;
    path.text += '%';
    path.text += digits[static_cast<std::size_t>(*high)];
    path.text += digits[static_cast<std::size_t>(*low)];
    return 3;
}

/// False when the path climbs above its root.
bool resolveDots(std::string &path)
{
    std::vector<std::string_view> kept;
    const auto segments = split(std::string_view(path).substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto segment = segments[i].first;
        const bool last = i + 1 == segments.size();
        if (segment != "." && segment != "..") {
            kept.push_back(segment);
            continue;
        }
        if (segment == ".." && kept.empty())
            return false;
        if (segment == "..")
            kept.pop_back();
        if (last)
            kept.emplace_back();
    }
    std::string joined;
    for (const auto segment : kept)
        joined += "/" + std::string(segment);
    path = joined.empty() ? "/" : joined;
    return true;
}

bool matchesSegment(std::string_view glob, std::string_view text)
{
    std::size_t g = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            retry = t;
        } else if (g < glob.size() && glob[g] == text[t]) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    return std::ranges::all_of(glob.substr(g), [](char c) { return c == '*'; });
}

using Segments = std::vector<std::pair<std::string_view, std::size_t>>;

/// Which prefixes of `text` the globs read so far match; linear in both, so no path is expensive.
std::vector<bool> advance(
    const std::vector<bool> &before, std::string_view glob, const Segments &text)
{
    std::vector<bool> after(before.size());
    if (glob == "**") {
        bool reached = false;
        for (std::size_t i = 0; i < before.size(); ++i)
            after[i] = reached = reached || before[i];
        return after;
    }
    for (std::size_t i = 0; i + 1 < before.size(); ++i)
        after[i + 1] = before[i] && matchesSegment(glob, text[i].first);
    return after;
}

} // namespace

CanonicalPath canonicalPath(std::string_view target)
{
    CanonicalPath path;
    target = target.substr(0, target.find_first_of("?#"));
    if (!target.starts_with('/')) {
        path.state = CanonicalPath::State::Invalid;
        return path;
    }
    for (std::size_t at = 0; at < target.size();) {
        const auto taken = decodeOne(target, at, path);
        if (taken == 0) {
            path.state = CanonicalPath::State::Invalid;
            return path;
        }
        at += taken;
    }
    if (!resolveDots(path.text))
        path.state = CanonicalPath::State::Invalid;
    return path;
}

bool matchesGlob(std::string_view glob, std::string_view path)
{
    if (!glob.starts_with('/') || !path.starts_with('/'))
        return false;
    const auto text = split(path.substr(1), '/');
    std::vector<bool> reached(text.size() + 1);
    reached[0] = true;
    for (const auto &[segment, at] : split(glob.substr(1), '/'))
        reached = advance(reached, segment, text);
    return reached.back();
}

} // namespace core::policy
