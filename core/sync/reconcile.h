#pragma once

#include "core/tree/change.h"

#include <string>
#include <vector>

namespace core::sync {

/// Both sides changed the same thing differently. Both versions stay where they are.
struct Conflict
{
    std::string path;               ///< its root
    std::vector<tree::Change> host; ///< what each side did since the ancestor
    std::vector<tree::Change> guest;
    friend bool operator==(const Conflict &, const Conflict &) = default;
};

/// What one cycle does. Changes of a side carry what stands there now and what shall; those of the
/// ancestor what both sides already agree on.
struct Plan
{
    std::vector<tree::Change> ancestor;
    std::vector<tree::Change> host;
    std::vector<tree::Change> guest;
    std::vector<Conflict> conflicts;
    friend bool operator==(const Plan &, const Plan &) = default;
};

/// Three-way reconcile of two trees with the last state both had. Pure; without loss: every leaf of
/// a side that differs from the ancestor is afterwards unchanged there or identical on the other
/// side. A Problem freezes its path. Changes come in path order, parents before children.
[[nodiscard]] Plan reconcile(
    const tree::EntryPtr &ancestor, const tree::EntryPtr &host, const tree::EntryPtr &guest);

} // namespace core::sync
