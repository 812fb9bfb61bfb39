#pragma once

#include "core/tree/change.h"

#include <string>
#include <string_view>
#include <vector>

namespace core::sync {

/// What one side did with a path since the state that both had.
enum class Deed { Nothing, Created, Modified, Deleted, Replaced };
[[nodiscard]] std::string_view nameOf(Deed deed); ///< "", "created", …; Replaced: another kind

/// A file, a link or an empty directory that differs from the base.
struct ReviewItem
{
    std::string path;
    Deed fork = Deed::Nothing;
    Deed host = Deed::Nothing;
    bool conflict = false; ///< the host changed it, or what it stands in, in another way
    tree::EntryPtr base;
    tree::EntryPtr now; ///< in the fork; null: deleted
};
bool operator==(const ReviewItem &a, const ReviewItem &b);

/// What the fork of a sandbox did, and what of it can go to the host's folder.
struct Review
{
    std::vector<ReviewItem> items;     ///< what the fork did, by path
    std::vector<ReviewItem> hostItems; ///< what only the host did, by path
    std::vector<tree::Change> changes; ///< for the host: the items without conflict
    std::vector<std::string> unknown;  ///< chosen paths where the fork did nothing
};

struct ReviewTrees
{
    const tree::EntryPtr &base; ///< what both had when the sandbox was forked
    const tree::EntryPtr &host;
    const tree::EntryPtr &fork;
};

/// Pure. `chosen`: the paths that are meant, with all below them; none means everything. What both
/// did alike is no item. A change goes to the host only where that still has the base; what a side
/// cannot carry (Untracked, Problem) counts as not done by the fork, and as in the way on the host.
[[nodiscard]] Review review(const ReviewTrees &trees, const std::vector<std::string> &chosen = {});

} // namespace core::sync
