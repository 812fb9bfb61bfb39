#include "core/tree/scan.h"

#include "core/tree/beneath.h"
#include "core/tree/change.h"
#include "core/tree/names.h"

#include <optional>
#include <sys/stat.h>
#include <time.h>
#include <utility>

namespace core::tree {

namespace {

/// Coarse kernel time stamps move at the tick, at most 10 ms; what is younger at its scan may
/// change unseen.
constexpr std::int64_t racyNs = 20'000'000;
constexpr std::int64_t hotFileNs = 10'000'000'000;

std::int64_t nowNs()
{
    timespec time = {};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

EntryPtr withStamp(const EntryPtr &entry, const Stamp &stamp, bool racy)
{
    Entry copy = *entry;
    copy.stamp = stamp;
    copy.racy = racy;
    return std::make_shared<const Entry>(std::move(copy));
}

bool isExecutable(const struct stat &status)
{
    return (status.st_mode & S_IXUSR) != 0;
}

} // namespace

void Dirty::merge(const Dirty &other)
{
    everything = everything || other.everything;
    directories.insert(other.directories.begin(), other.directories.end());
}

bool Dirty::holds(std::string_view directory) const
{
    return everything || directories.contains(directory);
}

bool Dirty::holdsBelow(std::string_view directory) const
{
    if (everything)
        return true;
    if (directory.empty())
        return !directories.empty();
    const std::string prefix = std::string(directory) + '/';
    const auto first = directories.lower_bound(prefix);
    return first != directories.end() && first->starts_with(prefix);
}

Scanner::Scanner(int root, Treat treat, const ScanLimits &limits)
    : m_root(root)
    , m_treat(std::move(treat))
    , m_limits(limits)
{
}

Result<Scanned> Scanner::scan(const EntryPtr &previous, const Dirty &dirty)
{
    struct stat status = {};
    if (::fstat(m_root, &status) != 0)
        return systemError("stat the folder");
    auto root = openDirectory(m_root, {});
    if (!root)
        return std::unexpected(root.error());
    m_device = status.st_dev;
    m_startNs = nowNs();
    m_dirty = &dirty;
    m_result = {};
    m_seen = 0;
    m_whole = false;
    const Place place{.directory = root->number(), .path = {}, .depth = 0};
    m_result.root = scanDirectory(place, previous, stampOf(status));
    m_dirty = nullptr;
    if (!isDirectory(m_result.root))
        return systemError("list the folder", EACCES);
    return std::exchange(m_result, {});
}

EntryPtr Scanner::scanDirectory(const Place &place, const EntryPtr &previous, const Stamp &stamp)
{
    const bool known = isDirectory(previous) && previous->stamp.inode == stamp.inode &&
                       previous->stamp.device == stamp.device;
    if (known && !m_whole && !m_dirty->holds(place.path))
        return descendOnly(place, previous);
    const bool outer = std::exchange(m_whole, m_whole || !known);
    EntryPtr entry = listAgain(place, previous, stamp);
    m_whole = outer;
    return entry;
}

EntryPtr Scanner::listAgain(const Place &place, const EntryPtr &previous, const Stamp &stamp)
{
    const auto names = listDirectory(place.directory, m_limits.directoryEntries);
    if (!names)
        return makeProblem(
            names.error().kind == Error::Kind::TooLarge ? Cause::TooMany : Cause::Unreadable);
    std::vector<Child> children;
    children.reserve(names->size());
    bool changed = !isDirectory(previous) || previous->stamp.inode != stamp.inode;
    for (const std::string &name : *names) {
        const EntryPtr &before = childOf(previous, name);
        EntryPtr entry = scanEntry(place, name, before);
        if (!entry)
            continue;
        changed = changed || entry != before;
        children.push_back({.name = name, .entry = std::move(entry)});
    }
    if (!changed && children.size() == previous->children.size())
        return previous;
    return makeDirectory(std::move(children), stamp);
}

EntryPtr Scanner::descendOnly(const Place &place, const EntryPtr &previous)
{
    if (!m_dirty->holdsBelow(place.path))
        return previous;
    std::vector<Child> children = previous->children;
    bool changed = false;
    for (Child &child : children) {
        const std::string path = joinPath(place.path, child.name);
        if (!isDirectory(child.entry) || !(m_dirty->holds(path) || m_dirty->holdsBelow(path)))
            continue;
        EntryPtr entry = scanEntry(place, child.name, child.entry);
        changed = changed || entry != child.entry;
        child.entry = std::move(entry);
    }
    if (!changed)
        return previous;
    std::erase_if(children, [](const Child &child) { return !child.entry; });
    return makeDirectory(std::move(children), previous->stamp);
}

EntryPtr Scanner::scanEntry(const Place &parent, const std::string &name, const EntryPtr &previous)
{
    const auto status = statusOf(parent.directory, name);
    if (!status)
        return status.error().code == ENOENT ? nullptr : makeProblem(Cause::Unreadable);
    const std::string path = joinPath(parent.path, name);
    const bool directory = S_ISDIR(status->st_mode);
    const Treatment treatment = m_treat(path, directory);
    if (treatment != Treatment::Follow)
        return treatment == Treatment::LeaveOut ? makeUntracked() : nullptr;
    if (++m_seen % 1024 == 0 && m_progress)
        m_progress(m_seen);
    if (m_seen > m_limits.entries)
        return makeProblem(Cause::TooMany);
    if (path.size() > maxPathBytes || parent.depth >= maxDepth)
        return makeProblem(Cause::TooDeep);
    if (status->st_dev != m_device)
        return makeProblem(Cause::OtherFileSystem);
    if (directory)
        return scanChildDirectory(parent, name, previous);
    if (S_ISREG(status->st_mode))
        return scanFile(parent, name, previous);
    if (!S_ISLNK(status->st_mode))
        return makeProblem(Cause::SpecialFile);
    auto target = linkTarget(parent.directory, name);
    if (!target)
        return makeProblem(Cause::Unreadable);
    if (target->size() > maxLinkBytes)
        return makeProblem(Cause::LinkTooLong);
    if (previous && previous->kind == Kind::Symlink && previous->target == *target &&
        previous->stamp == stampOf(*status))
        return previous;
    return withStamp(makeLink(std::move(*target)), stampOf(*status), false);
}

EntryPtr Scanner::scanChildDirectory(
    const Place &parent, const std::string &name, const EntryPtr &previous)
{
    auto directory = openDirectory(parent.directory, name);
    if (!directory)
        return directory.error().code == ENOENT
                   ? nullptr
                   : makeProblem(directory.error().code == EXDEV ? Cause::OtherFileSystem
                                                                 : Cause::Unreadable);
    struct stat status = {};
    if (::fstat(directory->number(), &status) != 0)
        return makeProblem(Cause::Unreadable);
    const Place place{.directory = directory->number(),
        .path = joinPath(parent.path, name),
        .depth = parent.depth + 1};
    return scanDirectory(place, previous, stampOf(status));
}

EntryPtr Scanner::scanFile(const Place &parent, const std::string &name, const EntryPtr &previous)
{
    const auto status = statusOf(parent.directory, name);
    if (!status)
        return nullptr;
    const bool unchanged = previous && previous->kind == Kind::File && !previous->racy &&
                           previous->stamp == stampOf(*status);
    return unchanged ? previous : readFile(parent, name, previous);
}

EntryPtr Scanner::readFile(const Place &parent, const std::string &name, const EntryPtr &previous)
{
    const auto file = openFile(parent.directory, name);
    if (!file)
        return file.error().code == ENOENT ? nullptr : makeProblem(Cause::Unreadable);
    struct stat before = {};
    struct stat after = {};
    if (::fstat(file->number(), &before) != 0)
        return makeProblem(Cause::Unreadable);
    const auto content = hashFile(file->number(), [this] {
        if (m_progress)
            m_progress(m_seen);
    });
    if (!content || ::fstat(file->number(), &after) != 0)
        return makeProblem(Cause::Unreadable);
    m_result.hashedBytes += content->size;
    const std::string path = joinPath(parent.path, name);
    const Stamp stamp = stampOf(after);
    if (stampOf(before) != stamp || content->size != stamp.size) {
        const auto since = m_busySinceNs.try_emplace(path, m_startNs).first->second;
        if (m_startNs - since < hotFileNs)
            return busyFile(path, parent.path, previous);
    } else {
        m_busySinceNs.erase(path);
    }
    const bool racy = stamp.ctimeNs > m_startNs - racyNs || stamp.mtimeNs > m_startNs - racyNs;
    const EntryPtr entry = makeFile(content->digest, content->size, isExecutable(after));
    if (previous && same(previous, entry) && previous->stamp == stamp && previous->racy == racy)
        return previous;
    return withStamp(entry, stamp, racy);
}

EntryPtr Scanner::busyFile(const std::string &, const std::string &parent, const EntryPtr &previous)
{
    m_result.busy.add(parent);
    return previous;
}

} // namespace core::tree
