#include "core/sync/recovery.h"

namespace core::sync {

namespace {

using tree::EntryPtr;

bool isFile(const EntryPtr &entry)
{
    return entry && entry->kind == tree::Kind::File;
}

class Recoverer
{
public:
    Recoverer(const FormerValues &former, const std::set<std::string, std::less<>> &kept)
        : m_former(former)
        , m_kept(kept)
    {
    }

    std::vector<tree::Change> differing;

    EntryPtr visit(const std::string &path, const RecoveryTrees &trees)
    {
        const auto &[ancestor, host, guest] = trees;
        if (!guest || (ancestor && tree::same(ancestor, guest)))
            return guest ? ancestor : nullptr;
        if (tree::isDirectory(guest))
            return directory(path, trees);
        if (m_former.contains({path, guest->id}))
            return tree::synchronizable(guest);
        if (!isFile(guest) || !isFile(host) || tree::same(host, guest))
            return nullptr;
        if (m_kept.contains(path))
            return guest;
        differing.push_back({.path = path, .before = host, .after = guest});
        return nullptr;
    }

private:
    EntryPtr directory(const std::string &path, const RecoveryTrees &trees)
    {
        std::vector<tree::Child> children;
        for (const tree::Child &child : trees.guest->children) {
            EntryPtr entry = visit(tree::joinPath(path, child.name),
                {.ancestor = tree::childOf(trees.ancestor, child.name),
                    .host = tree::childOf(trees.host, child.name),
                    .guest = child.entry});
            if (entry)
                children.push_back({.name = child.name, .entry = std::move(entry)});
        }
        const bool agreed = tree::isDirectory(trees.ancestor) || tree::isDirectory(trees.host) ||
                            m_former.contains({path, tree::makeDirectory()->id});
        if (!agreed && children.empty())
            return nullptr;
        return tree::makeDirectory(std::move(children));
    }

    const FormerValues &m_former;
    const std::set<std::string, std::less<>> &m_kept;
};

} // namespace

Recovery recover(const RecoveryTrees &trees,
    const FormerValues &former,
    const std::set<std::string, std::less<>> &kept)
{
    Recoverer recoverer(former, kept);
    EntryPtr ancestor = recoverer.visit({}, trees);
    return {.ancestor = std::move(ancestor), .differing = std::move(recoverer.differing)};
}

} // namespace core::sync
