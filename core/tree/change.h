#pragma once

#include "core/tree/entry.h"

#include <string>
#include <string_view>
#include <vector>

namespace core::tree {

/// One replacement of a subtree. `path` is relative, components joined by '/', empty for the root.
struct Change
{
    std::string path;
    EntryPtr before;
    EntryPtr after;
};

bool operator==(const Change &a, const Change &b);

[[nodiscard]] std::string joinPath(std::string_view parent, std::string_view name);
struct SplitPath
{
    std::string_view parent;
    std::string_view name;
};
/// The directory and the last component of a path that is not empty.
[[nodiscard]] SplitPath splitPath(std::string_view path);

/// The entry at `path`, or null.
[[nodiscard]] EntryPtr entryAt(const EntryPtr &root, std::string_view path);
/// The tree with `entry` (null removes) at `path`. A path below something that is no directory
/// leaves the tree as it is.
[[nodiscard]] EntryPtr withEntry(
    const EntryPtr &root, std::string_view path, const EntryPtr &entry);
/// The tree with all changes made, later ones over earlier ones; each directory is rebuilt once.
[[nodiscard]] EntryPtr withChanges(const EntryPtr &root, std::vector<Change> changes);
/// What turns `base` into `target`, topmost differences only, in path order.
[[nodiscard]] std::vector<Change> difference(
    std::string_view path, const EntryPtr &base, const EntryPtr &target);
/// All names of up to three directories, ascending, each once.
[[nodiscard]] std::vector<std::string_view> namesOf(
    const EntryPtr &a, const EntryPtr &b, const EntryPtr &c = nullptr);
/// What remains known of `ancestor` when `wanted` was to be applied and `now` is what stands there
/// afterwards: only what came out as wanted is taken over.
[[nodiscard]] EntryPtr afterApply(
    const EntryPtr &ancestor, const EntryPtr &wanted, const EntryPtr &now);

} // namespace core::tree
