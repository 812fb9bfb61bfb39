#pragma once

#include "core/sync/host_session.h"
#include "core/sync/reconcile.h"

#include <map>
#include <string>
#include <vector>

namespace core::sync {

/// What the user is told of a session: each list only when it has changed.
class HostReport
{
public:
    explicit HostReport(HostEvents &events)
        : m_events(events)
    {
    }

    /// `store`: what both sides have.
    void show(State state, const std::string &reason, const AncestorStore &store);
    void showAgain() { m_events.status(m_status); }
    /// What a burst will have to move; done is nothing of it.
    void expect(const std::vector<NeededFile> &files);
    void startBurst();
    void progress(std::uint64_t doneFiles, std::uint64_t doneBytes);
    [[nodiscard]] bool isDue() const; ///< progress is shown a few times a second
    void synced();
    void conflicts(const Plan &plan);

    void startCycle() { m_failures.clear(); }
    void refused(std::vector<Refusal> refusals) { m_refusals = std::move(refusals); }
    void failed(const std::string &path, const std::string &reason)
    {
        m_failures.push_back({.path = path, .reason = reason});
    }
    void problems(const HostSide &side);

private:
    HostEvents &m_events;
    Status m_status;
    std::int64_t m_shownMs = 0;
    std::vector<Refusal> m_refusals;
    std::vector<ListedProblem> m_failures;
    std::map<std::string, std::int64_t> m_conflictSince;
    std::vector<ListedConflict> m_conflicts;
    std::vector<ListedProblem> m_problems;
    std::vector<std::string> m_excluded;
};

[[nodiscard]] std::int64_t steadyMs();
[[nodiscard]] std::int64_t wallMs();

} // namespace core::sync
