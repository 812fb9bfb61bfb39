#pragma once

#include <string>
#include <string_view>

namespace core::policy {

/// A request's path as rules see it.
struct CanonicalPath
{
    enum class State {
        Plain,
        Ambiguous, ///< %2f, %5c, %00, %25 or ";": servers disagree about its segments
        Invalid,   ///< climbs above the root, a broken escape, or not a path at all
    };

    std::string text; ///< without query; unreserved escapes decoded, dot segments resolved
    State state = State::Plain;
};

/// `target` is in origin-form; a query or fragment is cut off.
CanonicalPath canonicalPath(std::string_view target);

/// "*" stands for any part of one segment, a segment "**" for any number of segments, none
/// included. Case matters.
bool matchesGlob(std::string_view glob, std::string_view path);

} // namespace core::policy
