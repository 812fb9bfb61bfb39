#include "core/sync/host_session_private.h"
#include "core/sync/tree_codec.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

constexpr std::int64_t coalesceMs = 50;
constexpr std::int64_t fullScanEveryMs = 600'000;
constexpr std::int64_t partialScanEveryMs = 10'000;

} // namespace

HostSession::Private::Private(
    HostSide &hostSide, AncestorStore &ancestor, HostSetup hostSetup, HostEvents hostEvents)
    : side(hostSide)
    , store(ancestor)
    , setup(std::move(hostSetup))
    , events(std::move(hostEvents))
    , report(events)
    , connection(*this)
    , source(hostSide.root())
    , sink(hostSide.stage(), Accept::Awaited)
{
}

HostSession::HostSession(HostSide &side, AncestorStore &store, HostSetup setup, HostEvents events)
    : d(std::make_unique<Private>(side, store, std::move(setup), std::move(events)))
{
}

HostSession::~HostSession() = default;

void HostSession::connected()
{
    d->source.cancel();
    d->sink.cancel();
    d->batches.clear();
    d->phase = Private::Phase::Greeting;
    d->connection.greet({.session = d->store.session(),
        .workspace = d->side.workspace(),
        .selection = d->side.selection()});
}

void HostSession::disconnected(const std::string &reason)
{
    d->phase = Private::Phase::Offline;
    d->connection.close();
    d->source.cancel();
    d->sink.cancel();
    d->batches.clear();
    d->show(State::Disconnected, reason);
    d->finished = d->finished || d->stopping;
}

tree::Result<> HostSession::receive(std::string_view bytes)
{
    return d->connection.receive(bytes);
}

void HostSession::fill(std::string &output, std::size_t enough)
{
    output += d->connection.takeOutput();
    if (d->phase == Private::Phase::Building)
        d->sendBundle(output, enough);
    if (d->phase != Private::Phase::Sending)
        return;
    d->source.fill(output, enough);
    d->tellProgress();
    if (!d->source.isDone())
        return;
    d->phase = Private::Phase::Applying;
    d->connection.waitAnew();
    const Times times = d->keepTimes ? Times::Carry : Times::Leave;
    appendFrames(output, FrameType::PlanData, encodeChanges(d->batch.guest, Before::Carry, times));
    output += encodeFrame(
        FrameType::PlanEnd, encode(PlanEnd{.plan = d->planNumber, .keepTimes = d->keepTimes}));
}

int HostSession::tick()
{
    using Phase = Private::Phase;
    const std::int64_t now = steadyMs();
    if (d->phase == Phase::Offline || d->finished)
        return 1000;
    d->connection.keepAlive();
    if (d->side.takeEvents() && d->dueMs < 0)
        d->schedule(coalesceMs);
    const std::int64_t every = d->side.isPartlyWatched() ? partialScanEveryMs : fullScanEveryMs;
    if (now - d->fullScanMs > every) {
        d->fullScanMs = now;
        d->side.markDirty();
        d->schedule(0);
    }
    const bool due = d->dueMs >= 0 && d->dueMs <= now;
    if (due && d->phase == Phase::Idle && (!d->paused || d->stopping))
        d->startCycle();
    if (d->dueMs < 0 || d->phase != Phase::Idle)
        return 1000;
    return static_cast<int>(std::clamp<std::int64_t>(d->dueMs - now, 0, 1000));
}

bool HostSession::isStalled() const
{
    return d->connection.isStalled();
}

void HostSession::syncNow()
{
    using Phase = Private::Phase;
    d->side.markDirty();
    d->schedule(0);
    const bool cannot = d->paused || d->phase == Phase::Offline || d->phase == Phase::Asking;
    if (cannot) {
        d->report.showAgain();
        d->events.settled();
        return;
    }
    d->asked = true;
    if (d->phase == Phase::Halted)
        d->phase = Phase::Idle;
}

void HostSession::pause()
{
    d->paused = true;
    if (d->phase == Private::Phase::Idle)
        d->show(State::Paused);
}

void HostSession::resume()
{
    d->paused = false;
    if (d->phase == Private::Phase::Halted)
        d->phase = Private::Phase::Idle;
    if (d->phase == Private::Phase::Idle)
        d->show(State::Idle);
    d->side.markDirty();
    d->schedule(0);
}

void HostSession::answer(bool apply)
{
    if (d->phase != Private::Phase::Asking)
        return;
    d->wish = apply ? Private::Wish::Apply : Private::Wish::Discard;
    d->phase = Private::Phase::Idle;
    d->schedule(0);
}

void HostSession::stop()
{
    using Phase = Private::Phase;
    d->stopping = true;
    if (d->phase == Phase::Offline || d->phase == Phase::Asking || d->phase == Phase::Halted ||
        d->phase == Phase::Greeting) {
        d->finished = true;
        return;
    }
    d->asked = true;
    d->schedule(0);
}

bool HostSession::isFinished() const
{
    return d->finished;
}

void HostSession::Private::schedule(std::int64_t delayMs)
{
    const std::int64_t at = steadyMs() + delayMs;
    dueMs = dueMs < 0 ? at : std::min(dueMs, at);
}

void HostSession::Private::halt(State state, const std::string &reason)
{
    phase = state == State::DiskFull ? Phase::Idle : Phase::Halted;
    batches.clear();
    show(state, reason);
    if (state == State::DiskFull)
        schedule(10'000);
    endCycle();
}

void HostSession::Private::endCycle()
{
    if (!asked || stopping)
        events.settled();
    finished = finished || stopping;
}

void HostSession::Private::show(State state, const std::string &reason)
{
    report.show(state, reason, store);
}

void HostSession::Private::tellProgress()
{
    if (!report.isDue())
        return;
    report.progress(source.doneFiles() + sink.doneFiles(), source.doneBytes() + sink.doneBytes());
    show(seeded ? State::Syncing : State::Seeding);
}

} // namespace core::sync
