#pragma once

#include "core/sync/batches.h"
#include "core/sync/content.h"
#include "core/sync/guest_mirror.h"
#include "core/sync/host_session.h"
#include "core/sync/mass_change.h"
#include "core/sync/reconcile.h"

#include <deque>
#include <map>
#include <set>

namespace core::sync {

struct HostSession::Private
{
    enum class Phase {
        Offline,
        Greeting,
        Idle,
        Scanning,
        Asking,
        Fetching,
        Sending,
        Applying,
        Building,
        Halted
    };
    enum class Wish { None, Apply, Discard };

    Private(
        HostSide &hostSide, AncestorStore &ancestor, HostSetup hostSetup, HostEvents hostEvents);

    // host_messages.cpp: what the guest says
    tree::Result<> handle(const Frame &frame);
    tree::Result<> welcome(const Frame &frame);
    tree::Result<> treeEnded(const Frame &frame);
    tree::Result<> contentCame(const Frame &frame);
    tree::Result<> addResults(const Frame &frame);
    tree::Result<> applied(const Frame &frame);
    tree::Result<> gitDone(const Frame &frame);

    // host_cycle.cpp: one cycle
    void startCycle();
    void planCycle();
    bool mustAsk(Plan &plan);
    void ask(const MassChange &found, bool hostEmptied);
    void run(Plan plan);
    void startBatch();
    void applyHere();
    void commit(const std::vector<tree::Outcome> &guest);
    void judge(const std::vector<tree::Change> &changes,
        const std::vector<tree::Outcome> &outcomes,
        bool onHost);
    void finishCycle();
    void finishSeed();
    void sendBundle(std::string &bytes, std::size_t enough);

    // host_session.cpp: when, and what the user sees
    void halt(State state, const std::string &reason);
    void show(State state, const std::string &reason = {});
    void tellProgress();
    void tellConflicts(const Plan &plan);
    void tellProblems();
    void schedule(std::int64_t delayMs);
    void endCycle();
    void send(FrameType type, std::string_view payload) { output += encodeFrame(type, payload); }

    HostSide &side;
    AncestorStore &store;
    HostSetup setup;
    HostEvents events;

    Phase phase = Phase::Offline;
    FrameReader reader;
    std::string output;
    ContentSource source;
    ContentSink sink;
    GuestMirror mirror;
    std::int64_t lastHeardMs = 0;
    std::int64_t lastPingMs = 0;
    std::int64_t lastShownMs = 0;
    std::int64_t dueMs = -1; ///< when the next cycle begins; -1: nothing to do
    std::int64_t fullScanMs = 0;
    std::int64_t backoffMs = 0;

    bool recovering = false;
    bool guestHasRepository = false;
    std::int64_t bundleAt = -1; ///< offset of what is sent next; -1: sent
    bool seeded = false;
    bool paused = false;
    bool stopping = false;
    bool finished = false;
    bool asked = false; ///< somebody waits for a cycle that has not begun yet

    std::uint64_t planNumber = 0;
    std::vector<tree::Change>
        agreed; ///< ancestor changes of the plan, committed with its first batch
    std::deque<Batch> batches;
    Batch batch;
    bool keepTimes = false;
    std::vector<tree::Outcome> hostOutcomes;
    std::string results;
    bool retry = false;
    bool guestBusy = false;
    bool full = false;
    std::vector<Refusal> refusals;
    std::vector<ListedProblem> failures;

    Wish wish = Wish::None;
    std::set<std::string, std::less<>> wished; ///< the paths that were asked about
    std::map<std::string, std::int64_t> conflictSince;
    std::vector<ListedConflict> shownConflicts;
    std::vector<ListedProblem> shownProblems;
    std::vector<std::string> shownExcluded;
    Status status;
};

[[nodiscard]] std::int64_t steadyMs();
[[nodiscard]] std::int64_t wallMs();

} // namespace core::sync
