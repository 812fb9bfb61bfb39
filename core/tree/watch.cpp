#include "core/tree/watch.h"

#include "core/tree/beneath.h"
#include "core/tree/change.h"
#include "core/tree/names.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <utility>

namespace core::tree {

namespace {

constexpr unsigned events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY |
                            IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                            IN_ONLYDIR | IN_EXCL_UNLINK;

} // namespace

Result<Watcher> Watcher::create(int root, Treat treat)
{
    Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!inotify)
        return systemError("inotify");
    Watcher watcher(root, std::move(treat), std::move(inotify));
    watcher.add({});
    return watcher;
}

Watcher::Watcher(int root, Treat treat, Descriptor inotify)
    : m_root(root)
    , m_treat(std::move(treat))
    , m_inotify(std::move(inotify))
{
}

void Watcher::add(const std::string &path)
{
    const auto directory = openDirectory(m_root, path);
    if (!directory)
        return;
    // The descriptor's own name: inotify takes no descriptor, and a path could have become a link
    // meanwhile.
    const std::string name = "/proc/self/fd/" + std::to_string(directory->number());
    const int watch = ::inotify_add_watch(m_inotify.number(), name.c_str(), events);
    if (watch < 0) {
        m_partial = true;
        return;
    }
    if (const auto known = m_paths.find(watch); known != m_paths.end())
        m_watches.erase(known->second);
    m_paths[watch] = path;
    m_watches[path] = watch;
}

void Watcher::addBelow(const std::string &path, Dirty &dirty, std::size_t depth)
{
    add(path);
    dirty.add(path);
    const auto directory = openDirectory(m_root, path);
    if (!directory || depth >= maxDepth)
        return;
    const auto names = listDirectory(directory->number(), 200'000);
    if (!names)
        return;
    for (const std::string &name : *names) {
        const auto status = statusOf(directory->number(), name);
        const std::string below = joinPath(path, name);
        if (status && S_ISDIR(status->st_mode) && m_treat(below, true) == Treatment::Follow)
            addBelow(below, dirty, depth + 1);
    }
}

void Watcher::forget(const std::string &path)
{
    const std::string prefix = path + '/';
    auto watch = m_watches.lower_bound(path);
    while (watch != m_watches.end() && (watch->first == path || watch->first < prefix + '\xff')) {
        if (watch->first != path && !watch->first.starts_with(prefix)) {
            ++watch;
            continue;
        }
        ::inotify_rm_watch(m_inotify.number(), watch->second);
        m_paths.erase(watch->second);
        watch = m_watches.erase(watch);
    }
}

void Watcher::watchTree(const EntryPtr &tree)
{
    std::vector<std::pair<std::string, EntryPtr>> open = {{{}, tree}};
    while (!open.empty()) {
        const auto [path, entry] = std::move(open.back());
        open.pop_back();
        if (!m_watches.contains(path))
            add(path);
        for (const Child &child : entry->children) {
            if (isDirectory(child.entry))
                open.emplace_back(joinPath(path, child.name), child.entry);
        }
    }
}

void Watcher::handle(int watch, unsigned mask, const std::string &name, Dirty &dirty)
{
    if ((mask & IN_Q_OVERFLOW) != 0) {
        dirty.everything = true;
        return;
    }
    const auto found = m_paths.find(watch);
    if (found == m_paths.end())
        return;
    const std::string path = found->second;
    if (path.empty() && (mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0)
        m_rootGone = true;
    if ((mask & IN_IGNORED) != 0) {
        m_watches.erase(path);
        m_paths.erase(found);
        return;
    }
    const std::string below = joinPath(path, name);
    const bool directory = (mask & IN_ISDIR) != 0 && !name.empty();
    if (!name.empty() && m_treat(below, directory) != Treatment::Follow)
        return;
    dirty.add(path);
    if (directory && (mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
        forget(below);
    if (directory && (mask & (IN_CREATE | IN_MOVED_TO)) != 0)
        addBelow(below, dirty, 0);
}

Dirty Watcher::take()
{
    Dirty dirty = nothingDirty();
    alignas(inotify_event) std::array<char, 64 << 10> buffer = {};
    for (;;) {
        const auto got = ::read(m_inotify.number(), buffer.data(), buffer.size());
        if (got <= 0)
            break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            inotify_event event = {};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char *name = buffer.data() + at + sizeof event;
            handle(event.wd, event.mask, event.len > 0 ? std::string(name) : std::string(), dirty);
            at += sizeof event + event.len;
        }
    }
    return dirty;
}

} // namespace core::tree
