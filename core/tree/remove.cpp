#include "core/tree/apply.h"
#include "core/tree/beneath.h"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <time.h>
#include <utility>

namespace core::tree {

namespace {

/// A file that was written this recently is hashed again: its time stamp may not tell a second
/// write.
constexpr std::int64_t freshNs = 50'000'000;

bool isRubbish(std::string_view name)
{
    return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini";
}

bool isFresh(const struct stat &status)
{
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const auto ns = [](const timespec &time) {
        return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    };
    return ns(now) - ns(status.st_mtim) < freshNs;
}

bool stampHolds(const Entry &entry, const struct stat &status, bool moved)
{
    Stamp now = stampOf(status);
    if (entry.stamp.inode == 0 || entry.racy || isFresh(status))
        return false;
    // A rename moves the change time of what it renames.
    if (moved)
        now.ctimeNs = entry.stamp.ctimeNs;
    return now == entry.stamp;
}

} // namespace

bool Applier::expected(int directory, const std::string &name, const EntryPtr &entry, bool moved)
{
    const auto status = statusOf(directory, name);
    if (!status)
        return false;
    if (entry->kind == Kind::Symlink) {
        const auto target =
            S_ISLNK(status->st_mode) ? linkTarget(directory, name) : Result<std::string>();
        return S_ISLNK(status->st_mode) && target && *target == entry->target;
    }
    if (entry->kind != Kind::File || !S_ISREG(status->st_mode))
        return false;
    if (stampHolds(*entry, *status, moved))
        return true;
    if (static_cast<std::uint64_t>(status->st_size) != entry->size ||
        ((status->st_mode & S_IXUSR) != 0) != entry->executable)
        return false;
    const auto file = openFile(directory, name);
    if (!file)
        return false;
    const auto content = hashFile(file->number());
    return content && content->digest == entry->id;
}

EntryPtr Applier::remove(const Place &place, const EntryPtr &wanted)
{
    if (isDirectory(wanted))
        return removeDirectory(place, wanted);
    return removeFile(place, wanted);
}

EntryPtr Applier::removeFile(const Place &place, const EntryPtr &wanted)
{
    if (wanted->kind != Kind::File && wanted->kind != Kind::Symlink) {
        fail(place.path, Obstacle::UnknownContent);
        return wanted;
    }
    const auto status = statusOf(place.directory, place.name);
    if (!status && status.error().code == ENOENT)
        return nullptr;
    if (!status || !expected(place.directory, place.name, wanted, false)) {
        fail(place.path, Obstacle::Changed);
        return wanted;
    }
    const std::string held = m_stage.freshName();
    const int stage = m_stage.directory();
    if (::renameat2(place.directory, place.name.c_str(), stage, held.c_str(), RENAME_NOREPLACE) !=
        0) {
        fail(place.path, systemError("move away").error());
        return wanted;
    }
    if (!expected(stage, held, wanted, true) || !keepVersion(held, place.path)) {
        const int back =
            ::renameat2(stage, held.c_str(), place.directory, place.name.c_str(), RENAME_NOREPLACE);
        if (back != 0)
            (void)keepVersion(held, place.path);
        fail(place.path, Obstacle::Changed);
        return wanted;
    }
    return nullptr;
}

EntryPtr Applier::removeDirectory(const Place &place, const EntryPtr &wanted)
{
    auto directory = openDirectory(place.directory, place.name);
    if (!directory) {
        if (directory.error().code == ENOENT)
            return nullptr;
        fail(place.path, Obstacle::Changed);
        return wanted;
    }
    const auto names = listDirectory(directory->number(), std::numeric_limits<std::size_t>::max());
    if (!names) {
        fail(place.path, names.error());
        return wanted;
    }
    std::vector<Child> left;
    for (const std::string &name : *names) {
        const Place below{
            .directory = directory->number(), .path = joinPath(place.path, name), .name = name};
        const EntryPtr &known = childOf(wanted, name);
        if (!known && isRubbish(name)) {
            const std::string held = m_stage.freshName();
            if (::renameat2(below.directory,
                    name.c_str(),
                    m_stage.directory(),
                    held.c_str(),
                    RENAME_NOREPLACE) == 0)
                (void)keepVersion(held, below.path);
            continue;
        }
        if (!known) {
            fail(below.path, Obstacle::UnknownContent);
            continue;
        }
        if (EntryPtr rest = remove(below, known))
            left.push_back({.name = name, .entry = std::move(rest)});
    }
    const bool gone =
        left.empty() && ::unlinkat(place.directory, place.name.c_str(), AT_REMOVEDIR) == 0;
    if (gone)
        return nullptr;
    fail(place.path, Obstacle::UnknownContent);
    return makeDirectory(std::move(left));
}

bool Applier::keepVersion(const std::string &displaced, const std::string &path)
{
    const int stage = m_stage.directory();
    if (m_options.displaced == Displaced::Discard)
        return ::unlinkat(stage, displaced.c_str(), 0) == 0;
    if (const auto kept = m_versions.keep(stage, displaced, path); !kept) {
        fail(path, kept.error());
        return false;
    }
    return true;
}

} // namespace core::tree
