#include "core/sync/host_side.h"

#include "core/sync/batches.h"
#include "core/tree/beneath.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace core::sync {

namespace {

using tree::Error;
using tree::Result;

constexpr std::uint64_t leastFree = 2ULL << 30;
constexpr std::uint64_t sweepEvery = 64 << 20;
constexpr std::size_t flushOneByOne = 64;

std::int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// max(2 GiB, 5 %), but never more than half of what is free now: a small or full disk must still
/// work.
std::uint64_t freeFloor(int directory)
{
    struct statvfs disk = {};
    if (::fstatvfs(directory, &disk) != 0)
        return 0;
    const std::uint64_t total = disk.f_blocks * disk.f_frsize;
    const std::uint64_t free = disk.f_bavail * disk.f_frsize;
    return std::min(std::max(leastFree, total / 20), free / 2);
}

/// Of the old versions that plan displaces.
std::string labelOf(std::uint64_t plan)
{
    return std::to_string(nowMs()) + "-" + std::to_string(plan);
}

bool isElsewhere(int a, int b)
{
    // The kernel compares the mounts before it looks for the names.
    const int result =
        ::renameat2(a, ".paddock-probe-none", b, ".paddock-probe-none", RENAME_NOREPLACE);
    return result != 0 && errno == EXDEV;
}

} // namespace

Result<std::unique_ptr<HostSide>> HostSide::create(const HostPlaces &places, bool allowSecretFiles)
{
    std::unique_ptr<HostSide> side(new HostSide(places, allowSecretFiles));
    if (auto prepared = side->prepare(); !prepared)
        return std::unexpected(prepared.error());
    return side;
}

HostSide::HostSide(const HostPlaces &places, bool allowSecretFiles)
    : m_places(places)
    , m_selection(std::make_shared<Selection>())
{
    m_selection->allowSecretFiles = allowSecretFiles;
}

Result<> HostSide::prepare()
{
    auto stage = tree::makeDirectoryAt(m_places.area, "stage");
    if (!stage)
        return std::unexpected(stage.error());
    auto versions = tree::makeDirectoryAt(m_places.area, "versions");
    if (!versions)
        return std::unexpected(versions.error());
    if (isElsewhere(stage->number(), m_places.root))
        return std::unexpected(Error{.kind = Error::Kind::System,
            .detail = "the folder for old versions is on another file system than the workspace",
            .code = EXDEV});
    m_versions = std::move(*versions);
    auto rescue =
        tree::makeDirectoryAt(m_versions.number(), std::to_string(nowMs()) + "-interrupted");
    if (!rescue)
        return std::unexpected(rescue.error());
    const std::uint64_t floor = freeFloor(m_places.root);
    m_stage.emplace(std::move(*stage), floor, rescue->number());
    tree::sweepVersions(m_versions.number(), nowMs());
    if (auto gitignore = tree::readSmallFile(m_places.root, ".gitignore", 1 << 20))
        m_selection->heavy = heavyDirectories(*gitignore);
    const tree::Treat treat = [selection = m_selection](std::string_view path, bool directory) {
        return treatmentFor(reasonFor(*selection, path, directory));
    };
    m_scanner.emplace(m_places.root, treat);
    if (auto watcher = tree::Watcher::create(m_places.root, treat))
        m_watcher.emplace(std::move(*watcher));
    return {};
}

Result<> HostSide::checkRoot() const
{
    struct stat held = {};
    struct stat named = {};
    const bool there = ::fstat(m_places.root, &held) == 0 && held.st_nlink > 0;
    if (!there || ::lstat(m_places.workspace.c_str(), &named) != 0)
        return std::unexpected(
            Error{.kind = Error::Kind::Moved, .detail = "the folder is no longer there"});
    if (held.st_dev != named.st_dev || held.st_ino != named.st_ino)
        return std::unexpected(Error{
            .kind = Error::Kind::Moved, .detail = "the folder was moved, replaced or unmounted"});
    return {};
}

Result<> HostSide::scan()
{
    if (auto there = checkRoot(); !there)
        return there;
    takeEvents();
    const tree::EntryPtr former = m_tree;
    for (int round = 0; round < 2; ++round) {
        const tree::Dirty dirty = std::exchange(m_dirty, tree::nothingDirty());
        auto scanned = m_scanner->scan(m_tree, dirty);
        if (!scanned) {
            m_dirty = dirty;
            return std::unexpected(scanned.error());
        }
        m_busy = !scanned->busy.empty();
        m_dirty.merge(scanned->busy);
        const tree::EntryPtr before = std::exchange(m_tree, scanned->root);
        // A file that turned out to hold a token leaves the tree before anybody sees it there.
        if (!findSecrets(before, m_tree))
            break;
        m_dirty.everything = true;
    }
    if (m_watcher && !m_watching) {
        // What changed between the scan and the watch is found by one more scan.
        m_watcher->watchTree(m_tree);
        m_watching = true;
        m_dirty.everything = true;
    }
    if (!tree::same(former, m_tree))
        listExcluded();
    return {};
}

bool HostSide::takeEvents()
{
    if (m_watcher && m_watching) {
        const tree::Dirty events = m_watcher->take();
        m_watching = !events.everything;
        m_dirty.merge(events);
    }
    return !m_dirty.empty();
}

bool HostSide::findSecrets(const tree::EntryPtr &before, const tree::EntryPtr &after)
{
    if (m_selection->allowSecretFiles || tree::same(before, after))
        return false;
    bool found = false;
    std::vector<tree::Change> open = tree::difference({}, before, after);
    while (!open.empty()) {
        const tree::Change change = std::move(open.back());
        open.pop_back();
        if (!change.after)
            continue;
        if (tree::splitPath(change.path).name == ".npmrc" && holdsToken(change.path))
            found = m_selection->secretPaths.insert(change.path).second || found;
        for (const tree::Child &child : change.after->children)
            open.push_back({.path = tree::joinPath(change.path, child.name),
                .before = nullptr,
                .after = child.entry});
    }
    return found;
}

bool HostSide::holdsToken(const std::string &path) const
{
    const tree::SplitPath split = tree::splitPath(path);
    const auto parent = tree::openDirectory(m_places.root, split.parent);
    if (!parent)
        return false;
    const auto text = tree::readSmallFile(parent->number(), std::string(split.name), 1 << 20);
    return text && (text->contains("_authToken") || text->contains("_password") ||
                       text->contains("_auth="));
}

void HostSide::listExcluded()
{
    constexpr std::size_t most = 1000;
    m_excluded.clear();
    std::vector<std::pair<std::string, tree::EntryPtr>> open = {{{}, m_tree}};
    while (!open.empty() && m_excluded.size() < most) {
        const auto [path, entry] = std::move(open.back());
        open.pop_back();
        if (entry->kind == tree::Kind::Untracked) {
            const bool secret = reasonFor(*m_selection, path, false) == Reason::Secret ||
                                reasonFor(*m_selection, path, true) == Reason::Secret;
            if (secret)
                m_excluded.push_back(path);
            continue;
        }
        for (const tree::Child &child : entry->children) {
            if (child.entry->kind == tree::Kind::Untracked || tree::isDirectory(child.entry))
                open.emplace_back(tree::joinPath(path, child.name), child.entry);
        }
    }
    std::ranges::sort(m_excluded);
}

std::vector<tree::Outcome> HostSide::apply(
    const std::vector<tree::Change> &changes, std::uint64_t plan)
{
    const bool few = changes.size() <= flushOneByOne;
    if (!few)
        ::syncfs(m_stage->directory());
    tree::Applier applier({.root = m_places.root, .versions = m_versions.number()},
        *m_stage,
        {.displaced = tree::Displaced::Keep,
            .label = labelOf(plan),
            .owner = std::nullopt,
            .keepTimes = false,
            .flush = few});
    std::vector<tree::Outcome> outcomes = applier.apply(changes);
    if (few)
        ::fsync(m_versions.number());
    else
        ::syncfs(m_stage->directory());
    for (const tree::Change &change : changes)
        m_displaced += volumeOf(change.before).bytes;
    if (m_displaced >= sweepEvery) {
        m_displaced = 0;
        tree::sweepVersions(m_versions.number(), nowMs());
    }
    return outcomes;
}

std::set<std::string, std::less<>> HostSide::keep(
    const std::vector<tree::Change> &changes, std::uint64_t plan)
{
    std::set<std::string, std::less<>> kept;
    tree::Versions versions(m_versions.number(), labelOf(plan) + "-sandbox");
    for (const tree::Change &change : changes) {
        const bool sameContent = change.before->id == change.after->id;
        const auto name =
            sameContent ? Result<std::string>("") : m_stage->take(change.after->id, false);
        if (name && (sameContent || versions.keep(m_stage->directory(), *name, change.path)))
            kept.insert(change.path);
    }
    ::syncfs(m_stage->directory());
    return kept;
}

} // namespace core::sync
