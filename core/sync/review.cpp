#include "core/sync/review.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

using tree::EntryPtr;

bool isNothing(const EntryPtr &entry)
{
    return !entry || entry->kind == tree::Kind::Untracked || entry->kind == tree::Kind::Problem;
}

bool isBelow(std::string_view path, std::string_view directory)
{
    return directory.empty() || (path.size() > directory.size() && path.starts_with(directory) &&
                                    path[directory.size()] == '/');
}

/// Which part of a tree is meant.
class Choice
{
public:
    enum class Part { Outside, Some, All };

    explicit Choice(const std::vector<std::string> &paths)
        : m_paths(paths)
    {
    }
    [[nodiscard]] Part of(std::string_view path) const
    {
        if (m_paths.empty())
            return Part::All;
        bool some = false;
        for (const std::string &chosen : m_paths) {
            if (path == chosen || isBelow(path, chosen))
                return Part::All;
            some = some || isBelow(chosen, path);
        }
        return some ? Part::Some : Part::Outside;
    }
    /// Of a new directory, what is chosen.
    [[nodiscard]] EntryPtr partOf(const std::string &path, const EntryPtr &entry) const
    {
        if (of(path) == Part::All || !tree::isDirectory(entry))
            return entry;
        std::vector<tree::Child> children;
        for (const tree::Child &child : entry->children) {
            const std::string below = tree::joinPath(path, child.name);
            if (of(below) != Part::Outside)
                children.push_back({.name = child.name, .entry = partOf(below, child.entry)});
        }
        return tree::makeDirectory(std::move(children));
    }

private:
    const std::vector<std::string> &m_paths;
};

/// What a side has, with the base in place of what it cannot carry.
EntryPtr carried(const EntryPtr &base, const EntryPtr &side)
{
    if (!side)
        return side;
    if (isNothing(side))
        return base;
    if (!tree::isDirectory(side) || !tree::holdsUnsynchronizable(side))
        return side;
    std::vector<tree::Child> children;
    for (const tree::Child &child : side->children) {
        if (EntryPtr entry = carried(tree::childOf(base, child.name), child.entry))
            children.push_back({.name = child.name, .entry = std::move(entry)});
    }
    return tree::makeDirectory(std::move(children), side->stamp);
}

Deed deedOf(const EntryPtr &base, const EntryPtr &now)
{
    if (tree::same(base, now))
        return Deed::Nothing;
    if (!base || !now)
        return base ? Deed::Deleted : Deed::Created;
    return base->kind == now->kind ? Deed::Modified : Deed::Replaced;
}

/// Calls `found` with every file, link and empty directory in which two trees differ.
template <typename Found>
void differences(
    const std::string &path, const EntryPtr &base, const EntryPtr &now, const Found &found)
{
    if (tree::same(base, now))
        return;
    const bool below = tree::isDirectory(base) || tree::isDirectory(now);
    const bool replaced = base && now && base->kind != now->kind;
    const auto names = below && (!replaced || tree::isDirectory(now))
                           ? tree::namesOf(replaced ? nullptr : base, now)
                           : std::vector<std::string_view>();
    if (names.empty() || replaced)
        found(path, base, now);
    for (const std::string_view name : names)
        differences(tree::joinPath(path, name),
            replaced ? nullptr : tree::childOf(base, name),
            tree::childOf(now, name),
            found);
}

class Reviewer
{
public:
    Reviewer(const ReviewTrees &trees, const Choice &choice)
        : m_trees(trees)
        , m_choice(choice)
    {
    }

    Review result;

    void visit(
        const std::string &path, const EntryPtr &base, const EntryPtr &host, const EntryPtr &fork)
    {
        const auto part = m_choice.of(path);
        if (tree::same(base, fork) || part == Choice::Part::Outside)
            return;
        const EntryPtr there = tree::synchronizable(host);
        if (tree::same(there, fork))
            return;
        if (tree::isDirectory(host) && (tree::isDirectory(fork) || !mayReplace(part, base, host)))
            return descend(path, base, host, fork);
        const bool untouched = tree::same(there, base) && (!host || there);
        // Of a new directory only a part may be meant.
        const EntryPtr wanted = m_choice.partOf(path, fork);
        if (untouched && (part == Choice::Part::All || !host))
            take(path, base, host, wanted);
        else
            list(path, base, wanted, true);
    }

private:
    /// Whether a directory may go as a whole, with what is in it.
    static bool mayReplace(Choice::Part part, const EntryPtr &base, const EntryPtr &host)
    {
        return part == Choice::Part::All && !tree::holdsUnsynchronizable(host) &&
               tree::same(host, base);
    }

    void descend(
        const std::string &path, const EntryPtr &base, const EntryPtr &host, const EntryPtr &fork)
    {
        const EntryPtr &known = tree::isDirectory(base) ? base : m_nothing;
        // Something else in the place of a directory that cannot go, or nothing in that of a file.
        const bool whole = fork || !known;
        if (!tree::isDirectory(fork) && whole && m_choice.of(path) == Choice::Part::All)
            return list(path, base, fork, true);
        for (const std::string_view name : tree::namesOf(known, fork))
            visit(tree::joinPath(path, name),
                tree::childOf(known, name),
                tree::childOf(host, name),
                tree::childOf(fork, name));
    }

    void take(
        const std::string &path, const EntryPtr &base, const EntryPtr &host, const EntryPtr &wanted)
    {
        result.changes.push_back({.path = path, .before = host, .after = wanted});
        list(path, base, wanted, false);
    }

    void list(const std::string &root, const EntryPtr &base, const EntryPtr &fork, bool conflict)
    {
        differences(root,
            base,
            fork,
            [&](const std::string &path, const EntryPtr &was, const EntryPtr &is) {
                if (m_choice.of(path) == Choice::Part::All)
                    result.items.push_back({.path = path,
                        .fork = deedOf(was, is),
                        .host = deedOf(was, tree::entryAt(m_trees.host, path)),
                        .conflict = conflict,
                        .base = was,
                        .now = is});
            });
    }

    const ReviewTrees &m_trees;
    const Choice &m_choice;
    const EntryPtr m_nothing;
};

/// What the host did where the fork did nothing.
std::vector<ReviewItem> onlyOnHost(
    const ReviewTrees &trees, const EntryPtr &fork, const Choice &choice)
{
    std::vector<ReviewItem> items;
    differences({},
        trees.base,
        carried(trees.base, trees.host),
        [&](const std::string &path, const EntryPtr &was, const EntryPtr &is) {
            const bool meant = choice.of(path) == Choice::Part::All;
            if (meant && tree::same(was, tree::entryAt(fork, path)))
                items.push_back({.path = path, .host = deedOf(was, is), .base = was, .now = is});
        });
    return items;
}

} // namespace

std::string_view nameOf(Deed deed)
{
    switch (deed) {
    case Deed::Nothing:
        return "";
    case Deed::Created:
        return "created";
    case Deed::Modified:
        return "modified";
    case Deed::Deleted:
        return "deleted";
    case Deed::Replaced:
        return "replaced";
    }
    std::unreachable();
}

bool operator==(const ReviewItem &a, const ReviewItem &b)
{
    return a.path == b.path && a.fork == b.fork && a.host == b.host && a.conflict == b.conflict &&
           tree::same(a.base, b.base) && tree::same(a.now, b.now);
}

Review review(const ReviewTrees &trees, const std::vector<std::string> &chosen)
{
    const Choice choice(chosen);
    const EntryPtr fork = carried(trees.base, trees.fork);
    Reviewer reviewer(trees, choice);
    reviewer.visit({}, trees.base, trees.host, fork);
    Review result = std::move(reviewer.result);
    result.hostItems = onlyOnHost(trees, fork, choice);
    for (const std::string &path : chosen) {
        const bool known = std::ranges::any_of(result.items,
            [&](const ReviewItem &item) { return item.path == path || isBelow(item.path, path); });
        if (!known)
            result.unknown.push_back(path);
    }
    return result;
}

} // namespace core::sync
