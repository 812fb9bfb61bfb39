#include "core/warden/snapshots.h"

#include "core/sandbox/disk_layers.h"
#include "core/warden/host_git.h"
#include "core/warden/status_board.h"
#include "core/warden/suspend_image.h"
#include "core/warden/warden.h"

#include <QDateTime>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace core {
namespace {

/// A machine must be able to start with all of them, a template's and an image's below; what was
/// asked for finds room where automatic ones have found none.
constexpr qsizetype mostLayers = vmm::maxDiskLayers - 4;
constexpr qsizetype mostForAutomatic = mostLayers - 8;

std::unexpected<Error> failure(Error::Kind kind, const QString &detail)
{
    return std::unexpected(Error{kind, detail});
}

/// Waits for the disk, so that nothing else has to wait for it.
Future<> keepElsewhere(
    const SnapshotStore &store, const Snapshot &snapshot, const QJsonObject &terminals)
{
    auto promise = std::make_shared<QPromise<Result<>>>(); // shared with the thread
    promise->start();
    QThreadPool::globalInstance()->start([promise, store, snapshot, terminals] {
        promise->addResult(store.keep(snapshot, terminals));
        promise->finish();
    });
    return promise->future();
}

} // namespace

Snapshots::Snapshots(Setup setup)
    : m_setup(std::move(setup))
    , m_store(m_setup.save.sandboxDirectory)
    , m_fold({.sandboxDirectory = m_setup.save.sandboxDirectory,
          .qemuImg = m_setup.save.qemuImg,
          .machine = m_setup.save.machine,
          .diskFloorGiB = m_setup.diskFloorGiB,
          .mayRun = [this] { return !obstacle(); }})
{
    m_setup.save.alone = [this] { return foldNoMore(); };
}

Snapshots::~Snapshots() = default;

std::optional<Error> Snapshots::obstacle() const
{
    if (isBusy())
        return Error{Error::Kind::StateConflict,
            m_moment ? u"the sandbox is being forked"_s
                     : u"the snapshot \"%1\" is being taken"_s.arg(m_snapshot.name)};
    return m_setup.obstacle();
}

Future<SnapshotInfo> Snapshots::take(const QString &name, SnapshotReason reason)
{
    using Taken = Result<SnapshotInfo>;
    if (const auto why = obstacle())
        return ready(Taken(std::unexpected(*why)));
    m_snapshot = {.name = {},
        .atMs = QDateTime::currentMSecsSinceEpoch(),
        .reason = reason,
        .layers = {},
        .machine = SuspendImage::demands(m_setup.identity()),
        .settings = m_setup.settings()};
    if (const auto begun = begin(name); !begun)
        return ready(Taken(std::unexpected(begun.error())));
    m_isTaking = true;
    show(SnapshotProgress{.name = m_snapshot.name, .sinceMs = m_snapshot.atMs});
    const bool isAutomatic = reason == SnapshotReason::Prompt || reason == SnapshotReason::Hourly;
    const auto most = isAutomatic ? mostForAutomatic : mostLayers;
    return steps(this, readRepository(this, m_snapshot.settings.workspace))
        .then([this, most](const QJsonObject &repository) {
            m_snapshot.repository = repository;
            return m_save->run(most);
        })
        .then([this] { return keep(); })
        .finally([](const Result<> &) {})
        .then(this, [this](const Result<> &kept) { return finish(kept); });
}

Result<> Snapshots::begin(const QString &name)
{
    const auto names = m_store.names();
    m_snapshot.name = name.isEmpty() ? freeSnapshotName(names) : name;
    if (!isSnapshotName(m_snapshot.name))
        return failure(Error::Kind::Usage,
            u"a snapshot's name is 1 to 40 letters, digits, dots, hyphens and underscores"_s);
    if (names.contains(m_snapshot.name) && m_snapshot.reason != SnapshotReason::Restore)
        return failure(
            Error::Kind::NameTaken, u"there is a snapshot \"%1\" already"_s.arg(m_snapshot.name));
    const auto state = m_store.begin(m_snapshot.name);
    if (!state)
        return std::unexpected(state.error());
    m_save = std::make_unique<LiveSave>(m_setup.save, *state);
    return {};
}

Future<> Snapshots::keep()
{
    const auto &saved = m_save->saved();
    m_snapshot.atMs = saved.atMs;
    m_snapshot.pauseMs = saved.pauseMs;
    m_snapshot.epoch = saved.epoch;
    m_snapshot.layers = saved.layers;
    return keepElsewhere(m_store, m_snapshot, saved.terminals);
}

Result<SnapshotInfo> Snapshots::finish(const Result<> &kept)
{
    m_isTaking = false;
    m_save.release()->deleteLater(); // it may be telling us this
    show({});
    m_fold.wake();
    if (!kept) {
        qWarning("no snapshot: %s", qPrintable(kept.error().detail));
        m_store.giveUp(m_snapshot.name);
        m_store.sweep();
        return std::unexpected(kept.error());
    }
    m_store.sweep(); // of one that it has replaced
    const auto info = m_store.find(m_snapshot.name).value_or(SnapshotInfo());
    qInfo("snapshot %s: it stood still for %d ms", qPrintable(info.name), info.pauseMs);
    emit taken(info);
    return info;
}

Result<> Snapshots::remove(const QString &name)
{
    if (isBusy())
        return std::unexpected(*obstacle());
    m_fold.wake();
    return m_store.remove(name);
}

/// Where there are too many layers, the step that makes them fewer is worth waiting for.
Future<> Snapshots::foldNoMore()
{
    const auto chain = DiskLayers(m_setup.save.sandboxDirectory).chain();
    const bool isLong = chain && chain->size() >= mostForAutomatic;
    return m_fold.end(isLong ? LiveFold::Ending::Finish : LiveFold::Ending::GiveUp);
}

Future<> Snapshots::saveMoment()
{
    if (const auto why = obstacle())
        return ready(Result<>(std::unexpected(*why)));
    m_moment = std::make_unique<Moment>(m_setup.save);
    show(SnapshotProgress{.name = {}, .sinceMs = QDateTime::currentMSecsSinceEpoch()});
    return m_moment->run(mostLayers).then(this, [this](const Result<> &saved) {
        m_moment.release()->deleteLater(); // it is telling us this
        show({});
        m_fold.wake();
        return saved;
    });
}

void Snapshots::show(const std::optional<SnapshotProgress> &progress)
{
    m_setup.board.update([&](WardenStatus &status) { status.snapshot = progress; });
}

namespace {

ApiServer::Method forSnapshots(
    Warden &warden, const std::function<Future<QJsonObject>(Snapshots &, const QJsonObject &)> &act)
{
    return [&warden, act](const QJsonObject &parameters) -> Future<QJsonObject> {
        if (!warden.snapshots())
            return ready(Result<QJsonObject>(std::unexpected(
                Error{Error::Kind::StateConflict, u"the sandbox is still starting"_s})));
        return act(*warden.snapshots(), parameters);
    };
}

Future<QJsonObject> withoutAnswer(QObject *context, Future<> future)
{
    return future.then(
        context, [](const Result<> &done) { return done.transform([] { return QJsonObject(); }); });
}

} // namespace

void addSnapshotMethods(ApiServer &api, Warden &warden)
{
    api.add(u"snapshot"_s, forSnapshots(warden, [](Snapshots &snapshots, const QJsonObject &wish) {
        const bool replaced = wish.value("automatic"_L1).toString() == "restore"_L1;
        return snapshots
            .take(wish.value("name"_L1).toString(),
                replaced ? SnapshotReason::Restore : SnapshotReason::Asked)
            .then(&snapshots, [](const Result<SnapshotInfo> &taken) {
                return taken.transform([](const SnapshotInfo &info) {
                    return QJsonObject{{u"snapshot"_s, toJson(info)}};
                });
            });
    }));
    api.add(u"snapshot.remove"_s,
        forSnapshots(warden, [](Snapshots &snapshots, const QJsonObject &wish) {
            return withoutAnswer(
                &snapshots, ready(snapshots.remove(wish.value("name"_L1).toString())));
        }));
    api.add(u"fork.moment"_s, forSnapshots(warden, [](Snapshots &snapshots, const QJsonObject &) {
        return withoutAnswer(&snapshots, snapshots.saveMoment());
    }));
}

} // namespace core
