#include "core/sync/host_report.h"

#include "core/sync/standing.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace core::sync {

namespace {

constexpr std::int64_t showEveryMs = 200;
constexpr std::size_t mostListed = 10'000;

std::string describeChanges(const std::string &root, const std::vector<tree::Change> &changes)
{
    if (changes.empty())
        return "unchanged";
    const tree::Change &first = changes.front();
    if (changes.size() > 1 || first.path != root)
        return "changed below";
    if (first.after && first.after->kind == tree::Kind::Untracked)
        return "content that is left out";
    if (first.after && first.after->kind == tree::Kind::Problem)
        return "content that cannot be synchronized";
    if (!first.before)
        return "created";
    if (!first.after)
        return "deleted";
    return first.before->kind == first.after->kind ? "modified" : "replaced";
}

} // namespace

std::int64_t steadyMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::int64_t wallMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void HostReport::show(State state, const std::string &reason, const AncestorStore &store)
{
    const bool burst = state == State::Seeding || state == State::Syncing;
    m_status.state = state;
    m_status.reason = reason;
    m_status.files = tree::countFiles(store.tree());
    m_status.epoch = store.plan() > 0 ? epochText(store.session(), store.plan()) : std::string();
    if (!burst)
        startBurst();
    m_shownMs = steadyMs();
    m_events.status(m_status);
}

void HostReport::startBurst()
{
    m_status.doneFiles = m_status.totalFiles = 0;
    m_status.doneBytes = m_status.totalBytes = 0;
}

void HostReport::expect(const std::vector<NeededFile> &files)
{
    for (const NeededFile &file : files) {
        ++m_status.totalFiles;
        m_status.totalBytes += file.size;
    }
}

void HostReport::progress(std::uint64_t doneFiles, std::uint64_t doneBytes)
{
    m_status.doneFiles = std::min(m_status.totalFiles, doneFiles);
    m_status.doneBytes = std::min(m_status.totalBytes, doneBytes);
}

bool HostReport::isDue() const
{
    return steadyMs() - m_shownMs >= showEveryMs;
}

void HostReport::synced()
{
    m_status.lastSyncMs = wallMs();
}

void HostReport::conflicts(const Plan &plan)
{
    std::map<std::string, std::int64_t> since;
    std::vector<ListedConflict> list;
    for (const Conflict &conflict : plan.conflicts) {
        if (list.size() == mostListed)
            break;
        const auto known = m_conflictSince.find(conflict.path);
        const std::int64_t first = known == m_conflictSince.end() ? wallMs() : known->second;
        since[conflict.path] = first;
        list.push_back({.path = conflict.path,
            .host = describeChanges(conflict.path, conflict.host),
            .guest = describeChanges(conflict.path, conflict.guest),
            .sinceMs = first});
    }
    m_conflictSince = std::move(since);
    m_status.conflicts = plan.conflicts.size();
    if (list != m_conflicts)
        m_events.conflicts(m_conflicts = std::move(list));
}

void HostReport::problems(const HostSide &side)
{
    std::vector<ListedProblem> list = m_failures;
    for (const Refusal &refusal : problemsOf(side.tree(), mostListed))
        list.push_back({.path = refusal.path, .reason = describe(refusal.cause)});
    for (const Refusal &refusal : m_refusals)
        list.push_back({.path = refusal.path, .reason = describe(refusal.cause)});
    if (list.size() > mostListed)
        list.resize(mostListed);
    std::ranges::sort(list, {}, &ListedProblem::path);
    const auto [first, last] = std::ranges::unique(list);
    list.erase(first, last);
    m_status.problems = list.size();
    if (list != m_problems)
        m_events.problems(m_problems = std::move(list));
    if (side.excluded() != m_excluded)
        m_events.excluded(m_excluded = side.excluded());
}

} // namespace core::sync
