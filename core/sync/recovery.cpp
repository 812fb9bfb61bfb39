#include "core/sync/recovery.h"

#include "core/tree/change.h"

namespace core::sync {

namespace {

using tree::EntryPtr;

EntryPtr recover(const std::string &path,
    const EntryPtr &ancestor,
    const EntryPtr &guest,
    const FormerValues &former)
{
    if (!ancestor || tree::same(ancestor, guest))
        return ancestor;
    if (!tree::isDirectory(ancestor) || !tree::isDirectory(guest)) {
        const bool reverted = guest && former.contains({path, guest->id});
        return reverted ? tree::synchronizable(guest) : nullptr;
    }
    std::vector<tree::Child> children;
    for (const tree::Child &child : ancestor->children) {
        EntryPtr kept = recover(tree::joinPath(path, child.name),
            child.entry,
            tree::childOf(guest, child.name),
            former);
        if (kept)
            children.push_back({.name = child.name, .entry = std::move(kept)});
    }
    return tree::makeDirectory(std::move(children));
}

} // namespace

EntryPtr recoveryAncestor(
    const EntryPtr &ancestor, const EntryPtr &guest, const FormerValues &former)
{
    return recover({}, ancestor, guest, former);
}

} // namespace core::sync
