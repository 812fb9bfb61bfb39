#pragma once

#include "core/tree/descriptor.h"
#include "core/tree/error.h"
#include "core/tree/scan.h"

#include <map>
#include <string>

namespace core::tree {

/// Tells which directories below a root changed, by inotify; only a hint, the scan decides.
/// Directories that a scan leaves out are not watched.
class Watcher
{
public:
    /// `root` and `treat` as for a Scanner. Fails when the kernel gives no inotify instance.
    static Result<Watcher> create(int root, Treat treat);

    /// To be polled for reading.
    [[nodiscard]] int descriptor() const { return m_inotify.number(); }

    /// Reads what happened and watches new directories. Everything is dirty after an overflow, at
    /// the first call, and when the limit of watches is reached (then `isPartial`).
    [[nodiscard]] Dirty take();
    /// Watches all directories of a tree; called after the first scan and after an overflow.
    void watchTree(const EntryPtr &tree);
    [[nodiscard]] bool isPartial() const { return m_partial; }
    [[nodiscard]] bool rootGone() const { return m_rootGone; }

private:
    Watcher(int root, Treat treat, Descriptor inotify);
    void add(const std::string &path);
    void addBelow(const std::string &path, Dirty &dirty, std::size_t depth);
    void forget(const std::string &path);
    void handle(int watch, unsigned mask, const std::string &name, Dirty &dirty);

    int m_root;
    Treat m_treat;
    Descriptor m_inotify;
    std::map<int, std::string> m_paths;
    std::map<std::string, int, std::less<>> m_watches;
    bool m_partial = false;
    bool m_rootGone = false;
};

} // namespace core::tree
