#include "core/client/sandbox_snapshots.h"

#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandboxes.h"
#include "core/client/warden_client.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/new_layer.h"
#include "core/warden/restoring.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/suspend_image.h"
#include "core/warden/vmm_error.h"
#include "vmm/machine/host_capabilities.h"

#include <QDateTime>
#include <QDir>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr int takePatienceMs = 900'000;
constexpr int removePatienceMs = 60'000;
constexpr auto lockPatience = 2s;

std::unexpected<Error> failure(Error::Kind kind, const QString &detail)
{
    return std::unexpected(Error{kind, detail});
}

Result<FileLock> locked(const Paths &paths, const SandboxId &id)
{
    if (!QDir(paths.sandbox(id.value)).exists())
        return failure(Error::Kind::NoSuchSandbox, id.value);
    auto lock = FileLock::take(paths.sandbox(id.value) + u"/lock"_s, lockPatience);
    if (!lock)
        return failure(Error::Kind::StateConflict, u"the sandbox starts or stops just now"_s);
    return *std::move(lock);
}

Future<SnapshotInfo> takeAs(
    Sandboxes &sandboxes, const SandboxId &id, const QString &name, SnapshotReason reason)
{
    const QJsonObject wish{{u"name"_s, name}, {u"automatic"_s, toString(reason)}};
    return sandboxes.warden(id)
        ->call(u"snapshot"_s, wish, takePatienceMs)
        .then(&sandboxes, [](const Result<QJsonObject> &answer) {
            return answer.transform([](const QJsonObject &json) {
                return snapshotFromJson(json.value("snapshot"_L1).toObject());
            });
        });
}

/// What a sandbox that is off holds: its disks, and a suspended machine's memory.
Result<> keepOff(const Paths &paths, const SandboxId &id, const QString &name)
{
    const auto directory = paths.sandbox(id.value);
    const auto settings = readSettings(paths, id);
    const auto layers = DiskLayers(directory).chain();
    if (!settings || !layers)
        return std::unexpected(settings ? layers.error() : settings.error());
    const SnapshotStore store(directory);
    const auto state = store.begin(name);
    if (!state)
        return std::unexpected(state.error());
    const SuspendImage suspended(directory);
    const bool isSuspended = SuspendImage::isThere(directory);
    if (isSuspended)
        if (auto given = suspended.give(*state); !given)
            return given;
    return store.keep({.name = name,
                          .atMs = QDateTime::currentMSecsSinceEpoch(),
                          .reason = SnapshotReason::Restore,
                          .layers = *layers,
                          .machine = isSuspended ? suspended.machine() : QJsonObject(),
                          .settings = *settings},
        isSuspended ? suspended.terminals() : QJsonObject());
}

/// One way back to a snapshot.
struct Return
{
    Sandboxes &sandboxes;
    SandboxId id;
    QString name;
    RestoreOptions options;
    bool isKept = false;               ///< the present
    std::optional<FileLock> lock = {}; ///< from the moment that nothing runs
    [[nodiscard]] QString directory() const { return sandboxes.paths().sandbox(id.value); }
};
using SharedReturn = std::shared_ptr<Return>; // by all its steps

bool runs(const QString &state)
{
    return state == toString(SandboxState::Running) ||
           state == toString(SandboxState::NotAnswering) || state == toString(SandboxState::Paused);
}

Future<> keepRunning(const SharedReturn &way)
{
    if (way->options.present == RestoreOptions::Present::Discard ||
        !isHeld(way->sandboxes.paths(), way->id))
        return ready(Result<>());
    return way->sandboxes.warden(way->id)
        ->call(u"status"_s)
        .then(&way->sandboxes,
            [way](const Result<QJsonObject> &status) -> Future<> {
                if (!status)
                    return ready(Result<>(std::unexpected(status.error())));
                if (!runs(status->value("state"_L1).toString()))
                    return ready(Result<>());
                way->isKept = true;
                return takeAs(
                    way->sandboxes, way->id, nameBeforeRestore(way->name), SnapshotReason::Restore)
                    .then(&way->sandboxes, [](const Result<SnapshotInfo> &taken) {
                        return taken.transform([](const SnapshotInfo &) {});
                    });
            })
        .unwrap();
}

/// Nothing runs: holds the sandbox, and keeps what it was.
Result<> hold(const SharedReturn &way)
{
    auto lock = locked(way->sandboxes.paths(), way->id);
    if (!lock)
        return std::unexpected(lock.error());
    way->lock = *std::move(lock);
    if (auto earlier = Restoring(way->directory()).finish(); !earlier)
        return earlier;
    if (way->isKept || way->options.present == RestoreOptions::Present::Discard)
        return {};
    return keepOff(way->sandboxes.paths(), way->id, nameBeforeRestore(way->name));
}

Future<> goBack(const SharedReturn &way, const vmm::HostCapabilities &host)
{
    const auto snapshot = SnapshotStore(way->directory()).open(way->name);
    if (!snapshot)
        return ready(Result<>(std::unexpected(snapshot.error())));
    return makeLayer(&way->sandboxes, host.qemuImg, way->directory(), snapshot->layers)
        .then(&way->sandboxes, [way](const Result<int> &layer) -> Result<> {
            if (!layer)
                return std::unexpected(layer.error());
            const Restoring restoring(way->directory());
            auto done = restoring.begin(way->name, *layer);
            if (done)
                done = restoring.finish();
            SnapshotStore(way->directory()).sweepAll();
            return done;
        });
}

Future<> startAgain(const SharedReturn &way)
{
    way->lock.reset();
    if (way->options.then == RestoreOptions::Then::Nothing)
        return ready(Result<>());
    return way->sandboxes.start(way->id, way->options.secrets);
}

} // namespace

QList<SnapshotInfo> listSnapshots(const Paths &paths, const SandboxId &id)
{
    return SnapshotStore(paths.sandbox(id.value)).list();
}

Future<SnapshotInfo> takeSnapshot(Sandboxes &sandboxes, const SandboxId &id, const QString &name)
{
    if (!isHeld(sandboxes.paths(), id))
        return ready(Result<SnapshotInfo>(failure(Error::Kind::StateConflict,
            u"only a running sandbox can be saved; what a stopped one holds stays as it is"_s)));
    return takeAs(sandboxes, id, name, SnapshotReason::Asked);
}

Future<> removeSnapshot(Sandboxes &sandboxes, const SandboxId &id, const QString &name)
{
    const auto &paths = sandboxes.paths();
    if (!isHeld(paths, id)) {
        const auto lock = locked(paths, id);
        if (!lock)
            return ready(Result<>(std::unexpected(lock.error())));
        const auto directory = paths.sandbox(id.value);
        if (auto earlier = Restoring(directory).finish(); !earlier)
            return ready(earlier);
        return ready(SnapshotStore(directory).remove(name));
    }
    return sandboxes.warden(id)
        ->call(u"snapshot.remove"_s, {{u"name"_s, name}}, removePatienceMs)
        .then(&sandboxes, [](const Result<QJsonObject> &answer) {
            return answer.transform([](const QJsonObject &) {});
        });
}

Future<> restoreSnapshot(
    Sandboxes &sandboxes, const SandboxId &id, const QString &name, const RestoreOptions &options)
{
    const SharedReturn way = std::make_shared<Return>(
        Return{.sandboxes = sandboxes, .id = id, .name = name, .options = options});
    const auto found = SnapshotStore(way->directory()).open(name);
    if (!found)
        return ready(Result<>(std::unexpected(found.error())));
    auto *context = &sandboxes;
    auto gone =
        steps(context, keepRunning(way))
            .then([way] { return way->sandboxes.stop(way->id, true); })
            .then([way] { return ready(hold(way)); })
            .then([context] {
                return fromVmm(context, vmm::probeHost(vmm::HostPrograms::fromEnvironment()));
            })
            .then([way](const vmm::HostCapabilities &host) { return goBack(way, host); })
            .finally([way](const Result<> &) { way->lock.reset(); });
    return steps(context, std::move(gone))
        .then([way] { return startAgain(way); })
        .finally([](const Result<> &) {});
}

} // namespace core
