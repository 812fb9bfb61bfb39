#include "core/sync/review_session.h"

#include "core/sync/content.h"
#include "core/sync/host_connection.h"
#include "core/sync/host_report.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace core::sync {

using tree::malformed;
using tree::Result;

namespace {

constexpr std::size_t mostWaiting = 64;

const std::string offText =
    "a fork has files of its own; “paddock diff” shows them, “paddock accept” brings them over";

/// The smaller files of a review, as long as there is room.
std::vector<NeededFile> stageable(const Review &review, const tree::Stage &stage)
{
    std::uint64_t bytes = 0;
    std::vector<tree::Change> changes;
    for (const ReviewItem &item : review.items) {
        const bool file = item.now && item.now->kind == tree::Kind::File;
        if (!file || item.now->size > ReviewSession::largestStaged ||
            bytes + item.now->size > ReviewSession::mostStaged)
            continue;
        bytes += item.now->size;
        changes.push_back({.path = item.path, .before = nullptr, .after = item.now});
    }
    return neededBy(changes, stage);
}

bool isAtOrBelow(const std::string &path, const std::string &root)
{
    return root.empty() || path == root || path.starts_with(root + '/');
}

} // namespace

struct ReviewSession::Private final : GuestMessages
{
    enum class Phase { Offline, Greeting, Idle, Scanning, Fetching };

    Private(HostSide &hostSide, AncestorStore &ancestor, HostEvents hostEvents, ReviewEvents told)
        : side(hostSide)
        , store(ancestor)
        , events(std::move(hostEvents))
        , answers(std::move(told))
        , report(events)
        , connection(*this)
        , sink(hostSide.stage(), Accept::Awaited)
    {
    }

    Result<> welcomed(const HelloAck &ack) override;
    Result<> treeEnded(const TreeEnd &end) override;
    Result<> contentCame(const Frame &frame) override;
    Result<> answered(const Frame &) override { return malformed("an answer to no question"); }
    void filesChanged() override {}
    void next();
    void decide();
    void fetch(const std::vector<NeededFile> &files);
    void fetched();
    void accept();
    void done();
    void fail(const std::string &reason);
    void failAll(const std::string &reason);
    void show(State state, const std::string &reason) { report.show(state, reason, store); }

    HostSide &side;
    AncestorStore &store;
    HostEvents events;
    ReviewEvents answers;
    HostReport report;
    Phase phase = Phase::Offline;
    HostConnection connection;
    ContentSink sink;
    std::deque<ReviewRequest> waiting;
    ReviewRequest current;
    Review found;
    bool seeded = false;
    bool finished = false;
};

ReviewSession::ReviewSession(
    HostSide &side, AncestorStore &store, HostEvents events, ReviewEvents answers)
    : d(std::make_unique<Private>(side, store, std::move(events), std::move(answers)))
{
}

ReviewSession::~ReviewSession() = default;

void ReviewSession::request(ReviewRequest request)
{
    if (d->phase == Private::Phase::Offline || d->waiting.size() >= mostWaiting)
        return d->answers.failed(request.id, "the sandbox does not answer");
    d->waiting.push_back(std::move(request));
    d->next();
}

void ReviewSession::connected()
{
    d->sink.cancel();
    d->phase = Private::Phase::Greeting;
    d->connection.greet({.session = d->store.session(),
        .workspace = d->side.workspace(),
        .selection = d->side.selection()});
}

void ReviewSession::disconnected(const std::string &reason)
{
    d->phase = Private::Phase::Offline;
    d->connection.close();
    d->sink.cancel();
    d->failAll(reason);
    d->show(State::Disconnected, reason);
}

Result<> ReviewSession::receive(std::string_view bytes)
{
    return d->connection.receive(bytes);
}

void ReviewSession::fill(std::string &output, std::size_t)
{
    output += d->connection.takeOutput();
}

int ReviewSession::tick()
{
    d->side.takeEvents();
    d->connection.keepAlive();
    return 1000;
}

bool ReviewSession::isStalled() const
{
    return d->connection.isStalled();
}

void ReviewSession::syncNow()
{
    d->report.showAgain();
    d->events.settled();
}

void ReviewSession::stop()
{
    d->failAll("the sandbox stops");
    d->finished = true;
}

bool ReviewSession::isFinished() const
{
    return d->finished;
}

Result<> ReviewSession::Private::welcomed(const HelloAck &)
{
    phase = Phase::Idle;
    if (!std::exchange(seeded, true))
        events.seeded(); // its files came with its disk
    show(State::Off, offText);
    next();
    return {};
}

void ReviewSession::Private::next()
{
    if (phase != Phase::Idle || waiting.empty())
        return;
    current = std::move(waiting.front());
    waiting.pop_front();
    side.stage().clear();
    report.startCycle();
    phase = Phase::Scanning;
    connection.askForTree();
}

Result<> ReviewSession::Private::treeEnded(const TreeEnd &end)
{
    side.markDirty();
    const auto scanned = side.scan();
    connection.waitAnew();
    if (auto taken = connection.mirror().finish(end, side.selection()); !taken)
        return taken;
    if (scanned)
        decide();
    else
        fail(scanned.error().detail);
    return {};
}

void ReviewSession::Private::decide()
{
    PolicyView view =
        policyView(store.tree(), side.tree(), connection.mirror().tree(), side.workspace());
    report.refused(std::move(view.refusals));
    report.problems(side);
    found = review({store.tree(), side.tree(), view.guest}, current.paths);
    if (current.kind == ReviewRequest::Kind::Look) {
        const bool wanted = current.contents == ReviewRequest::Contents::Stage;
        return fetch(wanted ? stageable(found, side.stage()) : std::vector<NeededFile>());
    }
    const bool conflict = std::ranges::any_of(found.items, &ReviewItem::conflict);
    if (conflict && current.conflicts == ReviewRequest::Conflicts::Refuse)
        found.changes.clear();
    fetch(neededBy(found.changes, side.stage()));
}

void ReviewSession::Private::fetch(const std::vector<NeededFile> &files)
{
    phase = Phase::Fetching;
    sink.await(files, tree::Flush::Each);
    if (files.empty())
        return fetched();
    connection.askFor(files);
}

Result<> ReviewSession::Private::contentCame(const Frame &frame)
{
    if (phase != Phase::Fetching)
        return malformed("content nobody asked for");
    if (auto taken = sink.take(frame); !taken)
        return taken;
    if (sink.isDone())
        fetched();
    return {};
}

void ReviewSession::Private::fetched()
{
    if (current.kind == ReviewRequest::Kind::Look) {
        answers.reviewed(current.id, found, side.stage());
        return done();
    }
    if (sink.isFull())
        return fail("the disk is full; nothing was brought over");
    // All of it is here before the first file is touched.
    if (!neededBy(found.changes, side.stage()).empty())
        return fail("files changed in the sandbox while they were fetched; nothing was brought "
                    "over, try again");
    accept();
}

void ReviewSession::Private::accept()
{
    Acceptance result;
    result.unknown = found.unknown;
    const std::vector<tree::Outcome> outcomes = found.changes.empty()
                                                    ? std::vector<tree::Outcome>()
                                                    : side.apply(found.changes, store.plan());
    std::vector<tree::Change> agreed;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const tree::Change &change = found.changes[i];
        const tree::EntryPtr known = tree::entryAt(store.tree(), change.path);
        tree::EntryPtr now = tree::afterApply(known, change.after, outcomes[i].now);
        if (now != known)
            agreed.push_back({.path = change.path, .before = known, .after = std::move(now)});
        if (outcomes[i].obstacle != tree::Obstacle::None)
            result.failed.push_back(
                {.path = outcomes[i].where.empty() ? change.path : outcomes[i].where,
                    .reason = describe(outcomes[i].obstacle)});
    }
    // Killed before this, both sides have the same: that is no change either.
    if (auto written = agreed.empty() ? Result<>() : store.adopt(std::move(agreed)); !written)
        return fail(written.error().detail);
    for (const ReviewItem &item : found.items) {
        const bool failed = std::ranges::any_of(result.failed,
            [&](const ListedProblem &problem) { return isAtOrBelow(item.path, problem.path); });
        if (item.conflict)
            result.refused.push_back(item);
        else if (!found.changes.empty() && !failed)
            result.accepted.push_back(item);
    }
    answers.accepted(current.id, result);
    done();
}

void ReviewSession::Private::done()
{
    phase = Phase::Idle;
    found = {};
    if (current.kind == ReviewRequest::Kind::Accept)
        side.stage().clear();
    show(State::Off, offText);
    next();
}

void ReviewSession::Private::fail(const std::string &reason)
{
    answers.failed(current.id, reason);
    done();
}

void ReviewSession::Private::failAll(const std::string &reason)
{
    if (phase == Phase::Scanning || phase == Phase::Fetching)
        answers.failed(current.id, reason);
    for (const ReviewRequest &request : std::exchange(waiting, {}))
        answers.failed(request.id, reason);
}

} // namespace core::sync
