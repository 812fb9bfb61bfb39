#include "core/tree/change.h"

#include <algorithm>
#include <span>
#include <utility>

namespace core::tree {

namespace {

int rank(char c)
{
    return c == '/' ? -1 : static_cast<unsigned char>(c);
}

void collect(std::vector<Change> &changes,
    const std::string &path,
    const EntryPtr &base,
    const EntryPtr &target)
{
    if (same(base, target))
        return;
    if (!isDirectory(base) || !isDirectory(target)) {
        changes.push_back({.path = path, .before = base, .after = target});
        return;
    }
    for (const std::string_view name : namesOf(base, target))
        collect(changes, joinPath(path, name), childOf(base, name), childOf(target, name));
}

bool pathLess(std::string_view a, std::string_view b)
{
    // A directory's descendants follow it directly: '/' sorts before every other byte.
    return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

EntryPtr rebuilt(const EntryPtr &entry, std::span<const Change> changes, std::size_t offset)
{
    EntryPtr base = entry;
    while (!changes.empty() && changes.front().path.size() <= offset) {
        base = changes.front().after;
        changes = changes.subspan(1);
    }
    if (changes.empty() || !isDirectory(base))
        return base;
    const std::size_t start = offset == 0 ? 0 : offset + 1;
    std::vector<Child> children;
    auto old = base->children.begin();
    while (!changes.empty()) {
        const std::string_view path = changes.front().path;
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view name = path.substr(start, end - start);
        const auto sameName = [&](const Change &change) {
            const std::string_view other = change.path;
            return other.substr(start, std::min(other.find('/', start), other.size()) - start) ==
                   name;
        };
        const auto count = std::ranges::find_if_not(changes, sameName) - changes.begin();
        for (; old != base->children.end() && old->name < name; ++old)
            children.push_back(*old);
        const bool known = old != base->children.end() && old->name == name;
        EntryPtr child = rebuilt(
            known ? old->entry : nullptr, changes.first(static_cast<std::size_t>(count)), end);
        if (child)
            children.push_back({.name = std::string(name), .entry = std::move(child)});
        old += known ? 1 : 0;
        changes = changes.subspan(static_cast<std::size_t>(count));
    }
    children.insert(children.end(), old, base->children.end());
    return makeDirectory(std::move(children), base->stamp);
}

} // namespace

bool operator==(const Change &a, const Change &b)
{
    return a.path == b.path && same(a.before, b.before) && same(a.after, b.after);
}

std::string joinPath(std::string_view parent, std::string_view name)
{
    std::string path(parent);
    if (!path.empty())
        path += '/';
    path += name;
    return path;
}

SplitPath splitPath(std::string_view path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return {.parent = {}, .name = path};
    return {.parent = path.substr(0, slash), .name = path.substr(slash + 1)};
}

EntryPtr entryAt(const EntryPtr &root, std::string_view path)
{
    EntryPtr entry = root;
    while (entry && !path.empty()) {
        const auto slash = path.find('/');
        entry = childOf(entry, path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    return entry;
}

EntryPtr withEntry(const EntryPtr &root, std::string_view path, const EntryPtr &entry)
{
    if (path.empty())
        return entry;
    if (!isDirectory(root))
        return root;
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    const std::string_view rest =
        slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    std::vector<Child> children = root->children;
    const auto found = std::ranges::lower_bound(children, name, {}, &Child::name);
    const bool present = found != children.end() && found->name == name;
    EntryPtr replaced = withEntry(present ? found->entry : nullptr, rest, entry);
    if (present && replaced)
        found->entry = std::move(replaced);
    else if (present)
        children.erase(found);
    else if (replaced)
        children.insert(found, {.name = std::string(name), .entry = std::move(replaced)});
    return makeDirectory(std::move(children), root->stamp);
}

EntryPtr withChanges(const EntryPtr &root, std::vector<Change> changes)
{
    std::ranges::stable_sort(changes, pathLess, &Change::path);
    return rebuilt(root, changes, 0);
}

std::vector<Change> difference(std::string_view path, const EntryPtr &base, const EntryPtr &target)
{
    std::vector<Change> changes;
    collect(changes, std::string(path), base, target);
    return changes;
}

std::vector<std::string_view> namesOf(const EntryPtr &a, const EntryPtr &b, const EntryPtr &c)
{
    std::vector<std::string_view> names;
    for (const EntryPtr *entry : {&a, &b, &c}) {
        if (!isDirectory(*entry))
            continue;
        for (const Child &child : (*entry)->children)
            names.push_back(child.name);
    }
    std::ranges::sort(names);
    const auto [first, last] = std::ranges::unique(names);
    names.erase(first, last);
    return names;
}

EntryPtr afterApply(const EntryPtr &ancestor, const EntryPtr &wanted, const EntryPtr &now)
{
    if (same(wanted, now))
        return wanted;
    const bool descend =
        isDirectory(now) && (isDirectory(wanted) || (!wanted && isDirectory(ancestor)));
    if (!descend)
        return ancestor;
    std::vector<Child> children;
    for (const std::string_view name : namesOf(ancestor, wanted, now)) {
        EntryPtr child =
            afterApply(childOf(ancestor, name), childOf(wanted, name), childOf(now, name));
        if (child)
            children.push_back({.name = std::string(name), .entry = std::move(child)});
    }
    return makeDirectory(std::move(children));
}

} // namespace core::tree
