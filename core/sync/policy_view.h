#pragma once

#include "core/tree/entry.h"

#include <string>
#include <vector>

namespace core::sync {

/// Something of the guest that the host does not take.
struct Refusal
{
    std::string path;
    tree::Cause cause = tree::Cause::None;
    friend bool operator==(const Refusal &, const Refusal &) = default;
};

struct PolicyView
{
    tree::EntryPtr guest;          ///< with a Problem in place of whatever is refused
    std::vector<Refusal> refusals; ///< at most `maxRefusals`
};

inline constexpr std::size_t maxRefusals = 10'000;

/// The guest's tree as the reconcile may see it. Refused, unless host or ancestor has the very same
/// already: anything named like `.git` on some file system, changes in a directory that has the
/// shape of a git repository, names of Paddock's own, links that leave the workspace (`workspace`
/// is its absolute path). `.git` itself stays Untracked at the root, where it is the guest's own
/// repository, and is refused anywhere else.
[[nodiscard]] PolicyView policyView(const tree::EntryPtr &ancestor,
    const tree::EntryPtr &host,
    const tree::EntryPtr &guest,
    const std::string &workspace);

/// The Problem entries of a tree with their paths, at most `limit`.
[[nodiscard]] std::vector<Refusal> problemsOf(const tree::EntryPtr &tree, std::size_t limit);

} // namespace core::sync
