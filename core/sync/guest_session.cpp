#include "core/sync/guest_session.h"

#include "core/sync/tree_codec.h"
#include "core/tree/beneath.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace core::sync {

using tree::malformed;
using tree::Result;

namespace {

constexpr const char *recordName = "last-plan";
constexpr std::size_t sendAtOnce = 128 << 10;
constexpr std::uint64_t freeFloor = 64 << 20;

/// What the guest's disk remembers of the session.
struct Record
{
    SessionId session = {};
    std::uint64_t plan = 0;
    std::string boot;
    bool clean = false;
};

std::string encodeRecord(const Record &record)
{
    return encode(HelloAck{.session = record.session,
        .plan = record.plan,
        .boot = record.boot,
        .planBoot = record.boot,
        .cleanStop = record.clean});
}

Record readRecord(int state)
{
    const auto bytes = tree::readSmallFile(state, recordName, 4096);
    const auto fields = bytes ? decodeHelloAck(*bytes) : Result<HelloAck>(malformed("no record"));
    if (!fields)
        return {};
    return {.session = fields->session,
        .plan = fields->plan,
        .boot = fields->boot,
        .clean = fields->cleanStop};
}

} // namespace

struct GuestSession::Private
{
    Private(const GuestPlaces &at, Send sendBytes, tree::Descriptor stageDirectory)
        : places(at)
        , send(std::move(sendBytes))
        , record(readRecord(at.state))
        , startedClean(record.clean)
        , stage(std::move(stageDirectory), freeFloor)
        , sink(stage, Accept::Anything, SmallFiles::Held)
        , source(at.root)
        , selection(std::make_shared<Selection>())
        , repository(newRepository())
    {
    }

    Result<> handle(const Frame &frame);
    Result<> welcome(const Frame &frame);
    Result<> scan();
    Result<> serve(const Frame &frame);
    Result<> addPlan(const Frame &frame);
    Result<> applyPlan(const Frame &frame);
    Result<> keepRecord(bool clean);
    Result<> buildRepository(const Frame &frame);
    Result<> say(FrameType type, std::string_view payload)
    {
        return send(encodeFrame(type, payload));
    }
    Result<> sayAll(FrameType type, std::string_view bytes);
    std::vector<tree::Change> withOwnStamps(std::vector<tree::Change> changes) const;
    std::unique_ptr<GuestRepository> newRepository() const;
    std::uint64_t freeBytes() const;

    GuestPlaces places;
    std::string workspace;
    Send send;
    SessionId session = {}; ///< of the host; the record's only once a plan of it is on the disk
    Record record;
    bool startedClean; ///< the boot before this one ended in order
    FrameReader reader;
    tree::Stage stage;
    ContentSink sink;
    ContentSource source;
    std::shared_ptr<Selection> selection;
    std::optional<tree::Scanner> scanner;
    std::optional<tree::Watcher> watcher;
    tree::Dirty dirty;
    bool watching = false;
    bool told = false; ///< the host knows that something is dirty
    tree::EntryPtr tree;
    tree::EntryPtr sent; ///< as the host knows it
    std::string plan;
    std::unique_ptr<GuestRepository> repository;
};

Result<std::unique_ptr<GuestSession>> GuestSession::create(const GuestPlaces &places, Send send)
{
    auto stage = tree::makeDirectoryAt(places.state, "stage");
    if (!stage)
        return std::unexpected(stage.error());
    auto state = std::make_unique<Private>(places, std::move(send), std::move(*stage));
    // From now on only an orderly stop is one.
    if (state->startedClean) {
        if (auto kept = state->keepRecord(false); !kept)
            return std::unexpected(kept.error());
    }
    return std::unique_ptr<GuestSession>(new GuestSession(std::move(state)));
}

GuestSession::GuestSession(std::unique_ptr<Private> state)
    : d(std::move(state))
{
}

GuestSession::~GuestSession() = default;

void GuestSession::restart()
{
    d->reader = FrameReader();
    d->sink.cancel();
    d->source.cancel();
    d->stage.clear();
    d->plan.clear();
    d->sent = nullptr;
    d->told = false;
    d->repository = d->newRepository();
}

Result<> GuestSession::receive(std::string_view bytes)
{
    const auto frames = d->reader.feed(bytes);
    if (!frames)
        return std::unexpected(frames.error());
    for (const Frame &frame : *frames) {
        if (auto handled = d->handle(frame); !handled)
            return handled;
    }
    return {};
}

int GuestSession::watchDescriptor() const
{
    return d->watcher ? d->watcher->descriptor() : -1;
}

Result<> GuestSession::watch()
{
    if (!d->watcher)
        return {};
    d->dirty.merge(d->watcher->take());
    if (d->dirty.empty() || std::exchange(d->told, true))
        return {};
    return d->say(FrameType::Dirty, {});
}

void GuestSession::stop()
{
    ::syncfs(d->places.state);
    if (d->record.boot == d->places.boot)
        (void)d->keepRecord(true);
}

Result<> GuestSession::Private::handle(const Frame &frame)
{
    switch (frame.type) {
    case FrameType::Hello:
        return welcome(frame);
    case FrameType::Scan:
        return scan();
    case FrameType::Need:
        return serve(frame);
    case FrameType::PlanData:
        return addPlan(frame);
    case FrameType::PlanEnd:
        return applyPlan(frame);
    case FrameType::GitBundle:
        return repository->addBundle(frame.payload);
    case FrameType::GitSetup:
        return buildRepository(frame);
    case FrameType::Ping:
        return say(FrameType::Pong, {});
    case FrameType::Small:
    case FrameType::Begin:
    case FrameType::Data:
    case FrameType::End:
    case FrameType::Missing:
        return sink.take(frame);
    case FrameType::HelloAck:
    case FrameType::Dirty:
    case FrameType::TreeData:
    case FrameType::TreeEnd:
    case FrameType::Results:
    case FrameType::Applied:
    case FrameType::GitDone:
    case FrameType::Pong:
    case FrameType::Alive:
        return malformed("a message that only the guest sends");
    }
    std::unreachable();
}

Result<> GuestSession::Private::welcome(const Frame &frame)
{
    const auto hello = decodeHello(frame.payload);
    if (!hello)
        return std::unexpected(hello.error());
    if (!scanner || *selection != hello->selection) {
        *selection = hello->selection;
        const tree::Treat treat = [rules = selection](std::string_view path, bool directory) {
            return treatmentFor(reasonFor(*rules, path, directory));
        };
        scanner.emplace(places.root, treat);
        scanner->onProgress([this](std::uint64_t) { (void)say(FrameType::Alive, {}); });
        watcher.reset();
        if (auto made = tree::Watcher::create(places.root, treat))
            watcher.emplace(std::move(*made));
        watching = false;
        dirty.everything = true;
    }
    // The plan is of this host's session only when the ids agree; the host judges.
    const bool repositoryThere = ::faccessat(places.root, ".git", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    const HelloAck ack{.session = record.session,
        .plan = record.plan,
        .boot = places.boot,
        .planBoot = record.boot,
        .cleanStop = startedClean,
        .repository = repositoryThere,
        .freeBytes = freeBytes()};
    session = hello->session;
    workspace = places.workspace.empty() ? hello->workspace : places.workspace;
    repository = newRepository();
    return say(FrameType::HelloAck, encode(ack));
}

Result<> GuestSession::Private::scan()
{
    if (!scanner)
        return malformed("no hello yet");
    if (watcher && watching)
        dirty.merge(watcher->take());
    told = false;
    auto scanned = scanner->scan(tree, std::exchange(dirty, tree::nothingDirty()));
    if (!scanned)
        return std::unexpected(scanned.error());
    tree = scanned->root;
    const bool busy = !scanned->busy.empty();
    dirty.merge(scanned->busy);
    if (watcher && !watching) {
        watcher->watchTree(tree);
        watching = true;
        dirty.everything = true;
    }
    if (!sent)
        sent = tree::makeDirectory();
    const std::vector<tree::Change> changes = tree::difference({}, sent, tree);
    if (auto said =
            sayAll(FrameType::TreeData, encodeChanges(changes, Before::Leave, Times::Leave));
        !said)
        return said;
    sent = tree;
    return say(FrameType::TreeEnd,
        encode(TreeEnd{.root = tree->id, .busy = busy, .freeBytes = freeBytes()}));
}

Result<> GuestSession::Private::serve(const Frame &frame)
{
    auto files = decodeNeed(frame.payload);
    if (!files)
        return std::unexpected(files.error());
    source.add(std::move(*files));
    while (!source.isDone()) {
        std::string output;
        source.fill(output, sendAtOnce);
        if (auto sentBytes = send(output); !sentBytes)
            return sentBytes;
    }
    return {};
}

Result<> GuestSession::Private::addPlan(const Frame &frame)
{
    if (plan.size() + frame.payload.size() > TreeLimits{}.bytes)
        return malformed("plan too large");
    plan += frame.payload;
    return {};
}

Result<> GuestSession::Private::applyPlan(const Frame &frame)
{
    const auto end = decodePlanEnd(frame.payload);
    auto decoded = decodeChanges(std::exchange(plan, {}));
    if (!end || !decoded)
        return malformed("not a plan");
    const std::vector<tree::Change> changes = withOwnStamps(std::move(*decoded));
    tree::Applier applier({.root = places.root},
        stage,
        {.displaced = tree::Displaced::Discard,
            .label = {},
            .owner = places.owner,
            .keepTimes = end->keepTimes,
            .flush = false,
            .inPlace = end->keepTimes});
    const std::vector<tree::Outcome> outcomes = applier.apply(changes);
    stage.clear();
    if (auto alive = say(FrameType::Alive, {}); !alive)
        return alive;
    // The answer means: on the disk.
    ::syncfs(places.root);
    record.session = session;
    record.plan = end->plan;
    record.boot = places.boot;
    if (auto kept = keepRecord(false); !kept)
        return kept;
    if (auto said = sayAll(FrameType::Results, encodeOutcomes(changes, outcomes)); !said)
        return said;
    Writer number;
    number.u64(end->plan);
    return say(FrameType::Applied, number.bytes());
}

/// Entries of this side's last scan know their inode; with it a file need not be read again to be
/// sure of it.
std::vector<tree::Change> GuestSession::Private::withOwnStamps(
    std::vector<tree::Change> changes) const
{
    for (tree::Change &change : changes) {
        const tree::EntryPtr own = tree::entryAt(tree, change.path);
        if (tree::same(own, change.before))
            change.before = own;
    }
    return changes;
}

Result<> GuestSession::Private::keepRecord(bool clean)
{
    record.clean = clean;
    return tree::writeDurably(places.state, recordName, encodeRecord(record));
}

Result<> GuestSession::Private::buildRepository(const Frame &frame)
{
    const auto setup = decodeGitSetup(frame.payload);
    if (!setup)
        return std::unexpected(setup.error());
    const auto built = repository->build(*setup, *selection);
    repository = newRepository();
    Writer answer;
    answer.u8(built ? 1 : 0);
    answer.text(built ? std::string() : built.error().detail.substr(0, 500));
    return say(FrameType::GitDone, answer.bytes());
}

Result<> GuestSession::Private::sayAll(FrameType type, std::string_view bytes)
{
    std::string output;
    appendFrames(output, type, bytes);
    return output.empty() ? Result<>() : send(output);
}

std::unique_ptr<GuestRepository> GuestSession::Private::newRepository() const
{
    return std::make_unique<GuestRepository>(
        GuestRepository::Places{.workspace = workspace, .owner = places.owner});
}

std::uint64_t GuestSession::Private::freeBytes() const
{
    struct statvfs disk = {};
    return ::fstatvfs(places.root, &disk) == 0 ? disk.f_bavail * disk.f_frsize : 0;
}

} // namespace core::sync
