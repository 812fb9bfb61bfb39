#include "core/sync/host_session_private.h"
#include "core/tree/names.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace core::sync {

namespace {

using tree::Change;
using tree::EntryPtr;

/// Marks what the guest made: it may delete that again without a question.
EntryPtr marked(const EntryPtr &entry, const EntryPtr &before, const EntryPtr &ancestor)
{
    if (!entry)
        return entry;
    tree::Entry copy = *entry;
    if (entry->kind != tree::Kind::Directory) {
        copy.guestMade = !before || (ancestor && ancestor->guestMade);
        return std::make_shared<const tree::Entry>(std::move(copy));
    }
    for (tree::Child &child : copy.children)
        child.entry = marked(
            child.entry, tree::childOf(before, child.name), tree::childOf(ancestor, child.name));
    return std::make_shared<const tree::Entry>(std::move(copy));
}

/// Stands for all paths in a set of paths.
constexpr std::string_view everything = "/";
constexpr std::int64_t atOnceMs = 1000; // the first tries again

bool touches(const Change &change, const std::set<std::string, std::less<>> &paths)
{
    if (paths.contains(everything) || paths.contains(change.path))
        return true;
    const auto below = paths.lower_bound(change.path + '/');
    return below != paths.end() && below->starts_with(change.path + '/');
}

/// The changes that touch `paths` are turned round: the other side gets back what it would have
/// lost.
void turnRound(std::vector<Change> &from,
    std::vector<Change> &to,
    const std::set<std::string, std::less<>> &paths)
{
    const auto [first, last] = std::ranges::stable_partition(
        from, [&](const Change &change) { return !touches(change, paths); });
    for (auto change = first; change != last; ++change)
        to.push_back({.path = change->path, .before = change->after, .after = change->before});
    from.erase(first, last);
}

/// As much as is kept of the guest's differing files; the rest are conflicts.
std::vector<Change> keepable(std::vector<Change> differing)
{
    constexpr std::uint64_t most = 512 << 20;
    std::uint64_t bytes = 0;
    std::erase_if(differing, [&](const Change &change) {
        const bool fits = bytes + change.after->size <= most;
        bytes += fits ? change.after->size : 0;
        return !fits;
    });
    return differing;
}

std::uint64_t syncedFiles(const EntryPtr &entry)
{
    return tree::countFiles(tree::synchronizable(entry));
}

} // namespace

void HostSession::Private::startCycle()
{
    phase = Phase::Scanning;
    connection.waitAnew();
    dueMs = -1;
    asked = false;
    retry = false;
    full = false;
    report.startCycle();
    connection.askForTree();
}

void HostSession::Private::planCycle()
{
    PolicyView view =
        policyView(store.tree(), side.tree(), connection.mirror().tree(), side.workspace());
    report.refused(std::move(view.refusals));
    guestView = std::move(view.guest);
    if (auto adopted = adoptBegun(); !adopted)
        return halt(State::Halted, adopted.error().detail);
    if (!needsRecovery(standing))
        return reconcileTrees();
    differing.clear();
    if (standing == Standing::Older)
        differing = keepable(recover(trees(), store.former()).differing);
    const std::vector<NeededFile> needed = neededBy(differing, side.stage());
    fetch(needed, Phase::Keeping);
    if (needed.empty())
        recoverGuest();
}

/// What a killed run had brought here is what the guest had: only what the guest has done since is
/// its change, and both having changed is no conflict.
tree::Result<> HostSession::Private::adoptBegun()
{
    std::vector<Change> changes;
    for (const Change &begun : store.takeBegun()) {
        const EntryPtr known = tree::entryAt(store.tree(), begun.path);
        EntryPtr now = tree::afterApply(known, begun.after, tree::entryAt(side.tree(), begun.path));
        if (now != known && !tree::same(now, known))
            changes.push_back({.path = begun.path, .before = known, .after = std::move(now)});
    }
    return changes.empty() ? tree::Result<>() : store.adopt(std::move(changes));
}

/// What differs on the guest is here now: the host's files may go there.
void HostSession::Private::recoverGuest()
{
    full = full || sink.isFull();
    const std::set<std::string, std::less<>> kept = differing.empty()
                                                        ? std::set<std::string, std::less<>>()
                                                        : side.keep(differing, planNumber + 1);
    side.stage().clear();
    auto replaced = store.replace(recover(trees(), store.former(), kept).ancestor);
    if (!replaced)
        return halt(State::Halted, replaced.error().detail);
    reconcileTrees();
}

void HostSession::Private::reconcileTrees()
{
    Plan plan = reconcile(store.tree(), side.tree(), guestView);
    keepTimes = !store.tree();
    report.conflicts(plan);
    if (mustAsk(plan))
        return;
    run(std::move(plan));
}

bool HostSession::Private::mustAsk(Plan &plan)
{
    const EntryPtr &ancestor = store.tree();
    const bool hostEmptied = tree::countFiles(ancestor) >= 2 && syncedFiles(side.tree()) == 0 &&
                             syncedFiles(connection.mirror().tree()) > 0 && !plan.guest.empty();
    std::optional<MassChange> found = massChange(plan, ancestor);
    const Wish answered = std::exchange(wish, Wish::None);
    if (!found && !hostEmptied)
        return false;
    const MassChange about = found ? *found
                                   : MassChange{.deleted = tree::countFiles(ancestor),
                                         .paths = {std::string(everything)}};
    const bool covered = std::ranges::all_of(
        about.paths, [&](const std::string &path) { return wished.contains(path); });
    if (answered == Wish::None || !covered) {
        ask(about, hostEmptied && !found);
        return true;
    }
    if (answered == Wish::Discard && found)
        turnRound(plan.host, plan.guest, wished);
    else if (answered == Wish::Discard)
        turnRound(plan.guest, plan.host, wished);
    return false;
}

void HostSession::Private::ask(const MassChange &found, bool hostEmptied)
{
    constexpr std::size_t most = 100;
    phase = Phase::Asking;
    wished = {found.paths.begin(), found.paths.end()};
    Question question;
    if (hostEmptied)
        question.summary =
            "Every file is gone from the folder on this computer. Delete them in the sandbox too?";
    else
        question.summary = "The sandbox wants to delete " + std::to_string(found.deleted) +
                           " and replace " + std::to_string(found.overwritten) + " of " +
                           std::to_string(found.tracked) +
                           " files in your folder. Old versions are kept. Apply?";
    if (!hostEmptied)
        question.paths.assign(found.paths.begin(),
            found.paths.begin() + static_cast<std::ptrdiff_t>(std::min(most, found.paths.size())));
    report.problems(side);
    show(State::Halted, question.summary);
    events.question(question);
    if (!std::exchange(seeded, true))
        events.seeded();
    endCycle();
}

void HostSession::Private::run(Plan plan)
{
    const bool work = !plan.host.empty() || !plan.guest.empty() || !plan.ancestor.empty() ||
                      needsRecovery(standing);
    agreed = std::move(plan.ancestor);
    const std::vector<Batch> cut = cutIntoBatches(plan);
    batches.assign(cut.begin(), cut.end());
    report.startBurst();
    source.resetCounters();
    sink.resetCounters();
    for (const Batch &part : batches) {
        report.expect(neededBy(part.host));
        report.expect(neededBy(part.guest));
    }
    if (!work)
        return finishCycle();
    show(seeded ? State::Syncing : State::Seeding);
    startBatch();
}

void HostSession::Private::startBatch()
{
    batch = std::move(batches.front());
    batches.pop_front();
    ++planNumber;
    const std::vector<NeededFile> needed = neededBy(batch.host, side.stage());
    fetch(needed, Phase::Fetching);
    if (needed.empty())
        applyHere();
}

void HostSession::Private::fetch(const std::vector<NeededFile> &files, Phase during)
{
    constexpr std::size_t flushOneByOne = 64;
    sink.await(files, files.size() <= flushOneByOne ? tree::Flush::Each : tree::Flush::Later);
    if (files.empty())
        return;
    phase = during;
    connection.waitAnew();
    connection.askFor(files);
}

void HostSession::Private::applyHere()
{
    full = full || sink.isFull();
    std::vector<Change> begun = batch.host;
    for (Change &change : begun)
        change.after =
            marked(change.after, change.before, tree::entryAt(store.tree(), change.path));
    if (auto noted = begun.empty() ? tree::Result<>() : store.intend(planNumber, begun); !noted)
        return halt(State::DiskFull, noted.error().detail);
    hostOutcomes =
        batch.host.empty() ? std::vector<tree::Outcome>() : side.apply(batch.host, planNumber);
    side.stage().clear();
    source.add(neededBy(batch.guest));
    phase = Phase::Sending;
}

void HostSession::Private::commit(const std::vector<tree::Outcome> &guest)
{
    std::vector<Change> changes = std::exchange(agreed, {});
    const auto take = [&](const std::vector<Change> &made,
                          const std::vector<tree::Outcome> &outcomes,
                          bool onHost) {
        for (std::size_t i = 0; i < made.size(); ++i) {
            const EntryPtr known = tree::entryAt(store.tree(), made[i].path);
            const EntryPtr wanted =
                onHost ? marked(made[i].after, made[i].before, known) : made[i].after;
            EntryPtr now = tree::afterApply(known, wanted, outcomes[i].now);
            if (now != known)
                changes.push_back({.path = made[i].path, .before = known, .after = std::move(now)});
        }
        judge(made, outcomes, onHost);
    };
    take(batch.host, hostOutcomes, true);
    take(batch.guest, guest, false);
    if (!changes.empty()) {
        if (auto written = store.commit(planNumber, std::move(changes)); !written)
            return halt(written.error().kind == tree::Error::Kind::NoSpace ? State::DiskFull
                                                                           : State::Halted,
                written.error().detail);
    }
    tellProgress();
    if (batches.empty())
        finishCycle();
    else
        startBatch();
}

void HostSession::Private::judge(
    const std::vector<Change> &changes, const std::vector<tree::Outcome> &outcomes, bool onHost)
{
    using tree::Obstacle;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Obstacle obstacle = outcomes[i].obstacle;
        if (obstacle == Obstacle::None)
            continue;
        full = full || obstacle == Obstacle::NoSpace;
        const bool passing = obstacle == Obstacle::Changed ||
                             obstacle == Obstacle::ContentMissing ||
                             obstacle == Obstacle::ParentMissing;
        retry = retry || passing;
        const std::string &where = outcomes[i].where.empty() ? changes[i].path : outcomes[i].where;
        report.failed(
            where, describe(obstacle) + (onHost ? " (on this computer)" : " (in the sandbox)"));
    }
}

void HostSession::Private::finishCycle()
{
    standing = Standing::Current;
    setup.recovery = false;
    setup.restored = false;
    phase = Phase::Idle;
    const bool again = retry || full || guestBusy || side.wasBusy();
    backoffMs = again ? std::clamp<std::int64_t>(backoffMs * 2, 200, 30'000) : 0;
    if (again)
        schedule(full ? 10'000 : backoffMs);
    report.problems(side);
    report.synced();
    const bool building = !seeded && setup.git && !guestHasRepository;
    if (!building)
        return finishSeed();
    phase = Phase::Building;
    bundleAt = 0;
}

void HostSession::Private::sendBundle(std::string &bytes, std::size_t enough)
{
    std::string part(maxPayload, '\0');
    const bool some = setup.git->bundle && setup.bundle >= 0;
    while (bundleAt >= 0 && bytes.size() < enough) {
        const auto got = some ? ::pread(setup.bundle, part.data(), part.size(), bundleAt) : 0;
        if (got > 0) {
            bytes += encodeFrame(FrameType::GitBundle,
                std::string_view(part).substr(0, static_cast<std::size_t>(got)));
            bundleAt += got;
            continue;
        }
        bytes += encodeFrame(FrameType::GitSetup, encode(*setup.git));
        bundleAt = -1;
    }
}

void HostSession::Private::finishSeed()
{
    if (!std::exchange(seeded, true))
        events.seeded();
    if (full)
        show(State::DiskFull,
            "the disk is full; nothing was lost, the rest follows when there is space");
    else
        show(paused ? State::Paused : State::Idle);
    // What was written at this very moment follows at once, and is not settled before.
    const bool followsAtOnce = backoffMs > 0 && backoffMs <= atOnceMs && !full && !paused;
    if (!followsAtOnce || stopping)
        endCycle();
}

} // namespace core::sync
