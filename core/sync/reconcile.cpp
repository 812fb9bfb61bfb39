#include "core/sync/reconcile.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

using tree::Change;
using tree::EntryPtr;

bool isProblem(const EntryPtr &entry)
{
    return entry && entry->kind == tree::Kind::Problem;
}

bool isNothing(const EntryPtr &entry)
{
    return !entry || entry->kind == tree::Kind::Untracked;
}

EntryPtr withoutChildren(const EntryPtr &entry)
{
    return tree::isDirectory(entry) ? tree::makeDirectory() : entry;
}

/// One side of a disagreement.
struct Side
{
    const EntryPtr &entry;
    EntryPtr part = tree::synchronizable(entry); ///< what of it can travel
    std::vector<Change> changes = {};            ///< from the ancestor to `part`
    std::vector<Change> made = {};               ///< of these, what is no deletion
};

/// What stands in the way of replacing a side: its Untracked and Problem entries, as changes.
void collectObstacles(
    std::vector<Change> &obstacles, const std::string &path, const EntryPtr &entry)
{
    if (isProblem(entry) || (entry && isNothing(entry))) {
        obstacles.push_back({.path = path, .before = nullptr, .after = entry});
        return;
    }
    if (!tree::isDirectory(entry))
        return;
    for (const tree::Child &child : entry->children)
        collectObstacles(obstacles, tree::joinPath(path, child.name), child.entry);
}

class Reconciler
{
public:
    Plan plan;

    void visit(const std::string &path,
        const EntryPtr &ancestor,
        const EntryPtr &host,
        const EntryPtr &guest)
    {
        if (isProblem(host) || isProblem(guest))
            return;
        if (isNothing(host) && isNothing(guest)) {
            if (ancestor)
                plan.ancestor.push_back({.path = path, .before = ancestor, .after = nullptr});
            return;
        }
        // Nothing differs below: the common case of a large tree.
        if (tree::same(host, guest) && tree::same(ancestor, host))
            return;
        if (!tree::sameShallow(host, guest)) {
            disagree(path, ancestor, host, guest);
            return;
        }
        EntryPtr base = ancestor;
        if (!tree::sameShallow(ancestor, host)) {
            plan.ancestor.push_back(
                {.path = path, .before = ancestor, .after = withoutChildren(host)});
            base = nullptr;
        }
        for (const std::string_view name : tree::namesOf(base, host, guest))
            visit(tree::joinPath(path, name),
                tree::childOf(base, name),
                tree::childOf(host, name),
                tree::childOf(guest, name));
    }

private:
    void disagree(const std::string &path,
        const EntryPtr &ancestor,
        const EntryPtr &hostEntry,
        const EntryPtr &guestEntry)
    {
        Side host{.entry = hostEntry};
        Side guest{.entry = guestEntry};
        for (Side *side : {&host, &guest}) {
            side->changes = tree::difference(path, ancestor, side->part);
            std::ranges::copy_if(side->changes,
                std::back_inserter(side->made),
                [](const Change &change) { return change.after != nullptr; });
        }
        if (!host.made.empty() && !guest.made.empty()) {
            plan.conflicts.push_back({.path = path, .host = host.made, .guest = guest.made});
            return;
        }
        if (hostWins(host, guest))
            propagate(path, host, guest, plan.guest, plan.conflicts);
        else
            propagate(path, guest, host, plan.host, plan.conflicts);
    }

    static bool hostWins(const Side &host, const Side &guest)
    {
        if (guest.changes.empty() || host.changes.empty())
            return guest.changes.empty();
        if (host.made.empty() && guest.made.empty())
            return !host.part; // both only deleted: the one that deleted all of it
        return guest.made.empty();
    }

    /// Gives `to` what `from` has, unless something there must not be touched.
    void propagate(const std::string &path,
        Side &from,
        Side &to,
        std::vector<Change> &changes,
        std::vector<Conflict> &conflicts)
    {
        std::vector<Change> obstacles;
        collectObstacles(obstacles, path, to.entry);
        if (obstacles.empty()) {
            changes.push_back({.path = path, .before = to.entry, .after = from.part});
            return;
        }
        const bool toGuest = &changes == &plan.guest;
        conflicts.push_back({.path = path,
            .host = toGuest ? from.changes : obstacles,
            .guest = toGuest ? obstacles : from.changes});
    }
};

} // namespace

Plan reconcile(const EntryPtr &ancestor, const EntryPtr &host, const EntryPtr &guest)
{
    Reconciler reconciler;
    reconciler.visit({}, ancestor, host, guest);
    return std::move(reconciler.plan);
}

} // namespace core::sync
