#include "core/sync/mass_change.h"

#include <algorithm>
#include <map>

namespace core::sync {

namespace {

using tree::EntryPtr;

class Count
{
public:
    explicit Count(const EntryPtr &ancestor)
        : m_ancestor(ancestor)
    {
    }

    MassChange found;
    std::map<std::string, std::uint64_t, std::less<>> deletedBelow; ///< by top-level directory

    void visit(const std::string &path, const EntryPtr &before, const EntryPtr &after)
    {
        if (!before || tree::same(before, after))
            return;
        if (tree::isDirectory(before)) {
            for (const tree::Child &child : before->children)
                visit(tree::joinPath(path, child.name),
                    child.entry,
                    tree::childOf(after, child.name));
            return;
        }
        const bool content = after && after->kind == before->kind && after->id == before->id;
        const EntryPtr known = tree::entryAt(m_ancestor, path);
        if (content || (known && known->guestMade))
            return;
        found.paths.push_back(path);
        if (after && after->kind == before->kind) {
            ++found.overwritten;
            return;
        }
        ++found.deleted;
        if (const auto slash = path.find('/'); slash != std::string::npos)
            ++deletedBelow[path.substr(0, slash)];
    }

private:
    const EntryPtr &m_ancestor;
};

std::uint64_t ownFiles(const EntryPtr &entry)
{
    if (!entry)
        return 0;
    if (!tree::isDirectory(entry))
        return entry->guestMade ? 0 : 1;
    std::uint64_t count = 0;
    for (const tree::Child &child : entry->children)
        count += ownFiles(child.entry);
    return count;
}

} // namespace

std::optional<MassChange> massChange(
    const Plan &plan, const EntryPtr &ancestor, const MassLimits &limits)
{
    Count count(ancestor);
    for (const tree::Change &change : plan.host)
        count.visit(change.path, change.before, change.after);
    MassChange &found = count.found;
    const std::uint64_t affected = found.deleted + found.overwritten;
    if (affected == 0)
        return std::nullopt;
    found.tracked = tree::countFiles(ancestor);
    const std::uint64_t own = ownFiles(ancestor);
    const bool emptied = own >= 2 && found.deleted >= own;
    const bool share =
        affected >= limits.atLeast && affected * 100 > found.tracked * limits.percent;
    const bool directory = std::ranges::any_of(count.deletedBelow, [&](const auto &item) {
        const std::uint64_t all = ownFiles(tree::childOf(ancestor, item.first));
        return item.second > limits.directoryFiles && item.second >= all;
    });
    if (!emptied && !share && !directory && affected <= limits.files)
        return std::nullopt;
    std::ranges::sort(found.paths);
    return std::move(found);
}

} // namespace core::sync
