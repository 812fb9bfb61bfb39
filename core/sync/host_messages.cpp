#include "core/sync/host_session_private.h"
#include "core/sync/tree_codec.h"

#include <algorithm>
#include <utility>

namespace core::sync {

using tree::malformed;
using tree::Result;

Result<> HostSession::Private::welcomed(const HelloAck &ack)
{
    guestHasRepository = ack.repository;
    standing = standingOf({.session = store.session(),
                              .plan = store.plan(),
                              .anything = store.tree() != nullptr,
                              .uncleanStop = setup.recovery,
                              .restored = setup.restored},
        ack);
    planNumber = standing == Standing::Foreign ? store.plan() : std::max(store.plan(), ack.plan);
    phase = Phase::Idle;
    side.markDirty();
    backoffMs = 0;
    schedule(0);
    show(paused ? State::Paused : State::Scanning);
    return {};
}

Result<> HostSession::Private::treeEnded(const TreeEnd &end)
{
    // The host's side is read now, when the guest's is known: the fresher, the fewer surprises.
    if (auto scanned = side.scan(); !scanned) {
        halt(State::Halted, scanned.error().detail);
        return {};
    }
    connection.waitAnew();
    if (auto taken = connection.mirror().finish(end, side.selection()); !taken)
        return taken;
    guestBusy = end.busy;
    planCycle();
    return {};
}

Result<> HostSession::Private::contentCame(const Frame &frame)
{
    if (phase != Phase::Fetching && phase != Phase::Keeping)
        return malformed("content nobody asked for");
    if (auto taken = sink.take(frame); !taken)
        return taken;
    tellProgress();
    if (!sink.isDone())
        return {};
    if (phase == Phase::Keeping)
        recoverGuest();
    else
        applyHere();
    return {};
}

Result<> HostSession::Private::answered(const Frame &frame)
{
    if (frame.type == FrameType::Results)
        return addResults(frame);
    return frame.type == FrameType::Applied ? applied(frame) : gitDone(frame);
}

Result<> HostSession::Private::addResults(const Frame &frame)
{
    if (phase != Phase::Applying)
        return malformed("results of no plan");
    if (results.size() + frame.payload.size() > TreeLimits{}.bytes)
        return malformed("results too large");
    results += frame.payload;
    return {};
}

Result<> HostSession::Private::applied(const Frame &frame)
{
    const auto number = decodeApplied(frame.payload);
    if (phase != Phase::Applying || !number || *number != planNumber)
        return malformed("an answer to no plan");
    const auto outcomes = decodeOutcomes(std::exchange(results, {}), batch.guest);
    if (!outcomes)
        return std::unexpected(outcomes.error());
    commit(*outcomes);
    return {};
}

Result<> HostSession::Private::gitDone(const Frame &frame)
{
    if (phase != Phase::Building)
        return malformed("an answer to no question");
    Reader fields(frame.payload);
    const bool done = fields.u8() != 0;
    std::string text(fields.text());
    if (fields.failed())
        return malformed("message of a wrong length");
    text.resize(std::min<std::size_t>(text.size(), 500));
    if (!done)
        report.failed(".git", "the sandbox has no git repository: " + text);
    guestHasRepository = done;
    report.problems(side);
    phase = Phase::Idle;
    finishSeed();
    return {};
}

} // namespace core::sync
