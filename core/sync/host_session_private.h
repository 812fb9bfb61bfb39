#pragma once

#include "core/sync/batches.h"
#include "core/sync/content.h"
#include "core/sync/host_connection.h"
#include "core/sync/host_report.h"
#include "core/sync/mass_change.h"
#include "core/sync/recovery.h"
#include "core/sync/standing.h"

#include <deque>
#include <set>

namespace core::sync {

struct HostSession::Private final : GuestMessages
{
    enum class Phase {
        Offline,
        Greeting,
        Idle,
        Scanning,
        Asking,
        Keeping,
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
    tree::Result<> welcomed(const HelloAck &ack) override;
    tree::Result<> treeEnded(const TreeEnd &end) override;
    tree::Result<> contentCame(const Frame &frame) override;
    tree::Result<> answered(const Frame &frame) override;
    void filesChanged() override { schedule(50); }
    tree::Result<> addResults(const Frame &frame);
    tree::Result<> applied(const Frame &frame);
    tree::Result<> gitDone(const Frame &frame);

    // host_cycle.cpp: one cycle
    void startCycle();
    void planCycle();
    tree::Result<> adoptBegun();
    void recoverGuest();
    void reconcileTrees();
    RecoveryTrees trees() const { return {store.tree(), side.tree(), guestView}; }
    bool mustAsk(Plan &plan);
    void ask(const MassChange &found, bool hostEmptied);
    void run(Plan plan);
    void startBatch();
    void fetch(const std::vector<NeededFile> &files, Phase during);
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
    void schedule(std::int64_t delayMs);
    void endCycle();

    HostSide &side;
    AncestorStore &store;
    HostSetup setup;
    HostEvents events;
    HostReport report;

    Phase phase = Phase::Offline;
    HostConnection connection;
    ContentSource source;
    ContentSink sink;
    std::int64_t dueMs = -1; ///< when the next cycle begins; -1: nothing to do
    std::int64_t fullScanMs = 0;
    std::int64_t backoffMs = 0;

    Standing standing = Standing::Fresh;
    std::vector<tree::Change> differing; ///< of a recovery: the guest's files that are kept here
    tree::EntryPtr guestView;            ///< the guest's tree as far as the host takes it
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

    Wish wish = Wish::None;
    std::set<std::string, std::less<>> wished; ///< the paths that were asked about
};

} // namespace core::sync
