#include "core/tree/entry.h"

#include <algorithm>
#include <utility>

namespace core::tree {

namespace {

Digest directoryId(const std::vector<Child> &children)
{
    std::string bytes;
    Hasher hasher;
    for (const Child &child : children) {
        bytes.clear();
        bytes += static_cast<char>(child.entry->kind);
        bytes += static_cast<char>(child.entry->executable ? 1 : 0);
        bytes += static_cast<char>(child.name.size() & 0xff);
        bytes += static_cast<char>(child.name.size() >> 8);
        bytes += child.name;
        bytes.append(
            reinterpret_cast<const char *>(child.entry->id.data()), child.entry->id.size());
        hasher.update(bytes);
    }
    return hasher.finish();
}

} // namespace

EntryPtr makeFile(const Digest &content, std::uint64_t size, bool executable)
{
    Entry entry;
    entry.kind = Kind::File;
    entry.executable = executable;
    entry.files = 1;
    entry.size = size;
    entry.id = content;
    return std::make_shared<const Entry>(std::move(entry));
}

EntryPtr makeLink(std::string target)
{
    Entry entry;
    entry.kind = Kind::Symlink;
    entry.files = 1;
    entry.id = digestOf(target);
    entry.target = std::move(target);
    return std::make_shared<const Entry>(std::move(entry));
}

EntryPtr makeUntracked()
{
    static const EntryPtr untracked = [] {
        Entry entry;
        entry.kind = Kind::Untracked;
        return std::make_shared<const Entry>(std::move(entry));
    }();
    return untracked;
}

EntryPtr makeProblem(Cause cause)
{
    Entry entry;
    entry.kind = Kind::Problem;
    entry.cause = cause;
    entry.id[0] = static_cast<std::uint8_t>(cause);
    return std::make_shared<const Entry>(std::move(entry));
}

EntryPtr makeDirectory(std::vector<Child> children, const Stamp &stamp)
{
    if (!std::ranges::is_sorted(children, {}, &Child::name))
        std::ranges::sort(children, {}, &Child::name);
    Entry entry;
    entry.kind = Kind::Directory;
    for (const Child &child : children) {
        entry.files += child.entry->files;
        entry.below += sizeof(Child) + child.name.size() + memoryOf(child.entry);
    }
    entry.id = directoryId(children);
    entry.children = std::move(children);
    entry.stamp = stamp;
    return std::make_shared<const Entry>(std::move(entry));
}

const EntryPtr &childOf(const EntryPtr &parent, std::string_view name)
{
    static const EntryPtr absent;
    if (!isDirectory(parent))
        return absent;
    const auto found = std::ranges::lower_bound(parent->children, name, {}, &Child::name);
    return found != parent->children.end() && found->name == name ? found->entry : absent;
}

bool isDirectory(const EntryPtr &entry)
{
    return entry && entry->kind == Kind::Directory;
}

bool sameShallow(const EntryPtr &a, const EntryPtr &b)
{
    if (a == b)
        return true;
    if (!a || !b || a->kind != b->kind)
        return false;
    return a->kind == Kind::Directory || (a->executable == b->executable && a->id == b->id);
}

bool same(const EntryPtr &a, const EntryPtr &b)
{
    if (a == b)
        return true;
    return a && b && a->kind == b->kind && a->executable == b->executable && a->id == b->id;
}

EntryPtr synchronizable(const EntryPtr &entry)
{
    if (!entry || entry->kind == Kind::Untracked || entry->kind == Kind::Problem)
        return nullptr;
    if (!holdsUnsynchronizable(entry))
        return entry;
    std::vector<Child> children;
    for (const Child &child : entry->children) {
        if (EntryPtr part = synchronizable(child.entry))
            children.push_back({.name = child.name, .entry = std::move(part)});
    }
    return makeDirectory(std::move(children), entry->stamp);
}

bool holdsUnsynchronizable(const EntryPtr &entry)
{
    if (!entry)
        return false;
    if (entry->kind == Kind::Untracked || entry->kind == Kind::Problem)
        return true;
    return std::ranges::any_of(
        entry->children, [](const Child &child) { return holdsUnsynchronizable(child.entry); });
}

std::uint64_t memoryOf(const EntryPtr &entry)
{
    constexpr std::uint64_t bookkeeping = 32; // of the allocation and of the counts of its users
    return entry ? sizeof(Entry) + bookkeeping + entry->target.size() + entry->below : 0;
}

std::uint64_t countFiles(const EntryPtr &entry)
{
    return entry ? entry->files : 0;
}

} // namespace core::tree
