#pragma once

#include "core/tree/entry.h"
#include "core/tree/error.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace core::tree {

/// What a scan does with a name.
enum class Treatment {
    Follow,   ///< part of the tree
    LeaveOut, ///< listed as Untracked
    Hide,     ///< not listed at all: rubbish of the operating system
};
/// Asked with the path (name included) and whether it is a directory.
using Treat = std::function<Treatment(std::string_view path, bool directory)>;

/// What to look at again. Directories are relative paths; a directory that was not known before is
/// scanned whole.
struct Dirty
{
    bool everything = true;
    std::set<std::string, std::less<>> directories;

    void add(std::string_view directory) { directories.emplace(directory); }
    void merge(const Dirty &other);
    [[nodiscard]] bool empty() const { return !everything && directories.empty(); }
    [[nodiscard]] bool holds(std::string_view directory) const;
    [[nodiscard]] bool holdsBelow(std::string_view directory) const;
};

inline Dirty nothingDirty()
{
    return {.everything = false, .directories = {}};
}

struct ScanLimits
{
    std::size_t directoryEntries = 200'000;
    std::size_t entries = 2'000'000;
};

struct Scanned
{
    EntryPtr root;
    Dirty busy = nothingDirty(); ///< directories with files that changed while they were read: scan
                                 ///< these again
    std::uint64_t hashedBytes = 0;
};

/// Reads the tree below an open directory. Unchanged files are recognised by their stamp and not
/// read again; one that changed within the granularity of time stamps before its scan is. A file
/// that changes while it is read keeps its former entry and is reported busy; after 10 s it is
/// taken as it is.
class Scanner
{
public:
    Scanner(int root, Treat treat, const ScanLimits &limits = {});

    /// Called now and then with the number of entries seen so far.
    void onProgress(std::function<void(std::uint64_t)> progress)
    {
        m_progress = std::move(progress);
    }

    /// `previous` is the result of the last scan, or null. Fails only when the root itself cannot
    /// be read.
    [[nodiscard]] Result<Scanned> scan(const EntryPtr &previous, const Dirty &dirty);

private:
    struct Place
    {
        int directory;
        std::string path;
        std::size_t depth;
    };

    EntryPtr scanDirectory(const Place &place, const EntryPtr &previous, const Stamp &stamp);
    EntryPtr listAgain(const Place &place, const EntryPtr &previous, const Stamp &stamp);
    EntryPtr descendOnly(const Place &place, const EntryPtr &previous);
    EntryPtr scanEntry(const Place &parent, const std::string &name, const EntryPtr &previous);
    EntryPtr scanChildDirectory(
        const Place &parent, const std::string &name, const EntryPtr &previous);
    EntryPtr scanFile(const Place &parent, const std::string &name, const EntryPtr &previous);
    EntryPtr readFile(const Place &parent, const std::string &name, const EntryPtr &previous);
    EntryPtr busyFile(const std::string &path, const std::string &parent, const EntryPtr &previous);

    int m_root;
    Treat m_treat;
    ScanLimits m_limits;
    std::function<void(std::uint64_t)> m_progress;
    const Dirty *m_dirty = nullptr;
    Scanned m_result;
    bool m_whole = false; ///< below a directory that was not known before
    std::uint64_t m_seen = 0;
    std::uint64_t m_device = 0;
    std::int64_t m_startNs = 0;
    std::map<std::string, std::int64_t> m_busySinceNs;
};

} // namespace core::tree
