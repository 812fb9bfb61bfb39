#include "core/sync/policy_view.h"

#include "core/tree/change.h"
#include "core/tree/names.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

using tree::Cause;
using tree::EntryPtr;

/// Whether git would take the union of both directories for a repository: HEAD with objects and
/// refs, or with a commondir that says where those are.
bool hasRepositoryShape(const EntryPtr &host, const EntryPtr &guest)
{
    bool head = false;
    bool objects = false;
    bool refs = false;
    bool common = false;
    for (const EntryPtr *side : {&host, &guest}) {
        if (!tree::isDirectory(*side))
            continue;
        for (const tree::Child &child : (*side)->children) {
            if (child.name.size() < 4 || child.name.size() > 64)
                continue;
            head = head || tree::foldsTo(child.name, "head");
            objects = objects || tree::foldsTo(child.name, "objects");
            refs = refs || tree::foldsTo(child.name, "refs");
            common = common || tree::foldsTo(child.name, "commondir");
        }
    }
    return head && ((objects && refs) || common);
}

class View
{
public:
    View(const EntryPtr &hostRoot, const std::string &workspace)
        : m_hostRoot(hostRoot)
        , m_workspace(workspace)
    {
    }

    std::vector<Refusal> refusals;

    EntryPtr visit(const std::string &path,
        const EntryPtr &ancestor,
        const EntryPtr &host,
        const EntryPtr &guest)
    {
        // What both sides have, or had when they last agreed, is nothing new.
        if (tree::same(guest, host) || tree::same(guest, ancestor))
            return guest;
        if (guest->kind == tree::Kind::Symlink && !linkAllowed(path, guest->target))
            return refuse(path, Cause::LinkLeaves);
        if (guest->kind == tree::Kind::Problem)
            return refuse(path, guest->cause);
        if (!tree::isDirectory(guest))
            return guest;
        const bool repository = hasRepositoryShape(host, guest);
        std::vector<tree::Child> children;
        bool changed = false;
        for (const tree::Child &child : guest->children) {
            const EntryPtr &before = tree::childOf(ancestor, child.name);
            const EntryPtr &mine = tree::childOf(host, child.name);
            const std::string below = tree::joinPath(path, child.name);
            EntryPtr seen = named(below, child.name, child.entry);
            if (seen == child.entry)
                seen = repository ? frozen(below, before, mine, child.entry)
                                  : visit(below, before, mine, child.entry);
            changed = changed || seen != child.entry;
            children.push_back({.name = child.name, .entry = std::move(seen)});
        }
        return changed ? tree::makeDirectory(std::move(children), guest->stamp) : guest;
    }

private:
    EntryPtr named(const std::string &path, const std::string &name, const EntryPtr &entry)
    {
        const bool ownRepository = path == ".git" && entry->kind == tree::Kind::Untracked;
        if (!ownRepository && tree::isGitName(name))
            return refuse(path, Cause::GitMetadata);
        if (entry->kind != tree::Kind::Untracked &&
            tree::foldsTo(name.substr(0, tree::ownPrefix.size()), ".paddock-"))
            return refuse(path, Cause::IllegalName);
        return entry;
    }

    EntryPtr frozen(const std::string &path,
        const EntryPtr &ancestor,
        const EntryPtr &host,
        const EntryPtr &guest)
    {
        if (guest->kind == tree::Kind::Untracked || tree::same(guest, host) ||
            tree::same(guest, ancestor))
            return guest;
        return refuse(path, Cause::RepositoryShape);
    }

    bool linkAllowed(const std::string &path, const std::string &target) const
    {
        if (!tree::linkStaysInside(path, target, m_workspace))
            return false;
        // Through a link of the user's own that leaves the workspace it would leave too.
        std::string at(tree::splitPath(path).parent);
        std::string_view rest = target;
        if (rest.starts_with('/')) {
            rest.remove_prefix(std::min(rest.size(), m_workspace.size() + 1));
            at.clear();
        }
        while (!rest.empty()) {
            const auto slash = rest.find('/');
            const std::string_view part = rest.substr(0, slash);
            at = part == ".." ? std::string(tree::splitPath(at).parent) : tree::joinPath(at, part);
            const EntryPtr mine = tree::entryAt(m_hostRoot, at);
            if (mine && mine->kind == tree::Kind::Symlink &&
                !tree::linkStaysInside(at, mine->target, m_workspace))
                return false;
            rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
        }
        return true;
    }

    EntryPtr refuse(const std::string &path, Cause cause)
    {
        if (refusals.size() < maxRefusals)
            refusals.push_back({.path = path, .cause = cause});
        return tree::makeProblem(cause);
    }

    const EntryPtr &m_hostRoot;
    const std::string &m_workspace;
};

} // namespace

PolicyView policyView(const EntryPtr &ancestor,
    const EntryPtr &host,
    const EntryPtr &guest,
    const std::string &workspace)
{
    if (!guest)
        return {};
    View view(host, workspace);
    EntryPtr seen = view.visit({}, ancestor, host, guest);
    return {.guest = std::move(seen), .refusals = std::move(view.refusals)};
}

std::vector<Refusal> problemsOf(const EntryPtr &tree, std::size_t limit)
{
    std::vector<Refusal> problems;
    std::vector<std::pair<std::string, EntryPtr>> open = {{{}, tree}};
    while (!open.empty() && problems.size() < limit) {
        const auto [path, entry] = std::move(open.back());
        open.pop_back();
        if (!entry)
            continue;
        if (entry->kind == tree::Kind::Problem)
            problems.push_back({.path = path, .cause = entry->cause});
        for (const tree::Child &child : entry->children) {
            if (child.entry->kind == tree::Kind::Problem || tree::isDirectory(child.entry))
                open.emplace_back(tree::joinPath(path, child.name), child.entry);
        }
    }
    std::ranges::sort(problems, {}, &Refusal::path);
    return problems;
}

} // namespace core::sync
