#include "core/client/sandboxes.h"

#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandboxes_p.h"
#include "core/client/warden_process.h"

#include <QDateTime>
#include <QDir>
#include <QThreadPool>

#include <algorithm>
#include <chrono>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {

namespace {

constexpr int stopPatienceMs = 30'000;
constexpr int helloPatienceMs = 3'000;
constexpr int suspendPatienceMs = 120'000; // 2 GiB to a slow disk

Error noSuch(const SandboxId &id)
{
    return {Error::Kind::NoSuchSandbox, id.value};
}

/// The first free name, or the asked one when it is free and well-formed.
Result<SandboxSettings> checkedSettings(SandboxSettings settings, const QStringList &taken)
{
    if (settings.name.isEmpty())
        settings.name = proposedName(settings.workspace, taken);
    else if (taken.contains(settings.name))
        return std::unexpected(Error{Error::Kind::NameTaken, settings.name});
    // Reading back what will be written checks every bound.
    Result<SandboxSettings> checked = settingsFromJson(toJson(settings));
    if (!checked)
        return std::unexpected(Error{Error::Kind::Usage, checked.error().detail});
    return checked;
}

QStringList namesInUse(const Paths &paths)
{
    QStringList names;
    for (const SandboxId &id : sandboxIds(paths))
        names.append(statusOnDisk(paths, id).settings.name);
    return names;
}

Result<SandboxId> createLocked(const Paths &paths, NewSandbox request)
{
    const Result<QString> folder = checkedWorkspace(request.settings.workspace, paths);
    if (!folder)
        return std::unexpected(folder.error());
    request.settings.workspace = *folder;
    sweepLeftovers(paths);
    const QStringList taken = namesInUse(paths);
    do
        request.settings.id = SandboxId::random();
    while (QDir(paths.sandbox(request.settings.id.value)).exists());
    request.settings.createdMs = QDateTime::currentMSecsSinceEpoch();
    const Result<SandboxSettings> settings = checkedSettings(std::move(request.settings), taken);
    if (!settings)
        return std::unexpected(settings.error());
    if (const Result<> written = writeSandbox(paths, *settings, request.initialPolicy); !written)
        return std::unexpected(written.error());
    return settings->id;
}

/// A fork works on a copy of the folder, so it is meant only by its name.
std::optional<SandboxId> sameWork(const Paths &paths, const SandboxSettings &wanted)
{
    for (const SandboxId &id : sandboxIds(paths)) {
        const Result<SandboxSettings> settings = readSettings(paths, id);
        if (settings && settings->agent == wanted.agent &&
            settings->workspace == wanted.workspace &&
            (wanted.name.isEmpty() ? !settings->origin : wanted.name == settings->name))
            return id;
    }
    return std::nullopt;
}

Result<FileLock> creationLock(const Paths &paths)
{
    if (!makePrivateDirectory(paths.sandboxes()))
        return std::unexpected(
            Error{Error::Kind::NotPermitted, u"cannot create "_s + paths.sandboxes()});
    std::optional<FileLock> lock = FileLock::take(paths.sandboxes() + u"/lock"_s, 5s);
    if (!lock)
        return std::unexpected(Error{Error::Kind::TimedOut,
            u"another program has held %1/lock for 5 s"_s.arg(paths.sandboxes())});
    return *std::move(lock);
}

} // namespace

Sandboxes::Sandboxes(Paths paths, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(paths)))
{
    d->rescan();
}

Sandboxes::~Sandboxes()
{
    blockSignals(true);
    for (const std::shared_ptr<Inquiry> &inquiry : QList(d->inquiries))
        d->finish(inquiry);
    qDeleteAll(findChildren<WardenClient *>());
}

const Paths &Sandboxes::paths() const
{
    return d->paths;
}

QList<SandboxStatus> Sandboxes::all() const
{
    return d->sorted();
}

std::optional<SandboxStatus> Sandboxes::find(const QString &idOrName) const
{
    const auto known = [this, &idOrName]() -> std::optional<SandboxStatus> {
        for (const Private::Entry &entry : std::as_const(d->entries)) {
            const SandboxSettings &settings = entry.status.settings;
            if (settings.id.value == idOrName || settings.name == idOrName)
                return entry.status;
        }
        return std::nullopt;
    };
    if (const auto status = known())
        return status;
    d->rescan();
    return known();
}

QFuture<QList<SandboxStatus>> Sandboxes::refresh()
{
    d->rescan();
    auto inquiry = std::make_shared<Inquiry>(); // its timer and its answers outlive this call
    inquiry->promise.start();
    d->inquiries.append(inquiry);
    inquiry->open = 1;
    const auto answered = [this, inquiry] {
        if (--inquiry->open == 0)
            d->finish(inquiry);
    };
    for (const SandboxId &id : d->entries.keys()) {
        if (!isHeld(d->paths, id))
            continue;
        ++inquiry->open;
        d->ask(id, patienceMs).then(this, answered);
    }
    inquiry->patience.setSingleShot(true);
    connect(&inquiry->patience, &QTimer::timeout, this, [this, inquiry] { d->finish(inquiry); });
    inquiry->patience.start(patienceMs + 20);
    QMetaObject::invokeMethod(this, answered, Qt::QueuedConnection);
    return inquiry->promise.future();
}

void Sandboxes::watch()
{
    d->startWatching();
}

Result<SandboxId> Sandboxes::create(NewSandbox request)
{
    const Result<FileLock> lock = creationLock(d->paths);
    if (!lock)
        return std::unexpected(lock.error());
    Result<SandboxId> id = createLocked(d->paths, std::move(request));
    d->rescan();
    return id;
}

Result<FoundSandbox> Sandboxes::findOrCreate(NewSandbox request)
{
    const Result<QString> folder = checkedWorkspace(request.settings.workspace, d->paths);
    if (!folder)
        return std::unexpected(folder.error());
    request.settings.workspace = *folder;
    const Result<FileLock> lock = creationLock(d->paths);
    if (!lock)
        return std::unexpected(lock.error());
    if (const std::optional<SandboxId> existing = sameWork(d->paths, request.settings)) {
        d->rescan();
        return FoundSandbox{.id = *existing, .existed = true};
    }
    const Result<SandboxId> id = createLocked(d->paths, std::move(request));
    d->rescan();
    if (!id)
        return std::unexpected(id.error());
    return FoundSandbox{.id = *id, .existed = false};
}

Result<QList<SandboxId>> Sandboxes::createForks(const ForkRequest &request)
{
    const Result<FileLock> lock = creationLock(d->paths);
    if (!lock)
        return std::unexpected(lock.error());
    sweepLeftovers(d->paths);
    auto made = makeForks(d->paths, request, namesInUse(d->paths));
    d->rescan();
    return made;
}

Future<> Sandboxes::start(const SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    const Result<SandboxSettings> settings = readSettings(d->paths, id);
    if (!settings)
        return ready(Result<>(std::unexpected(
            QDir(d->paths.sandbox(id.value)).exists() ? settings.error() : noSuch(id))));
    return isHeld(d->paths, id) ? d->startHeld(id, secrets) : d->spawn(id, secrets);
}

Future<> Sandboxes::stop(const SandboxId &id, bool force)
{
    if (!QDir(d->paths.sandbox(id.value)).exists())
        return ready(Result<>(std::unexpected(noSuch(id))));
    if (!isHeld(d->paths, id))
        return ready(Result<>());
    const int patience = force ? stopPatienceMs / 3 : 2 * stopPatienceMs;
    return d->client(id)
        ->call(u"stop"_s, {{u"force"_s, force}, {u"timeoutMs"_s, patience / 2}}, patience)
        .then(this,
            [this, id, force](
                const Result<QJsonObject> &answer) { return d->afterStop(id, force, answer); })
        .unwrap();
}

Future<> Sandboxes::stopInAnyCase(const SandboxId &id)
{
    const auto hangs = [](const auto &answer) {
        return !answer && (answer.error().kind == Error::Kind::NotAnswering ||
                              answer.error().kind == Error::Kind::TimedOut);
    };
    if (!isHeld(d->paths, id))
        return stop(id, false);
    return d->client(id)
        ->call(u"hello"_s, {}, helloPatienceMs)
        .then(this,
            [this, id, hangs](
                const Result<QJsonObject> &answer) { return stop(id, hangs(answer)); })
        .unwrap()
        .then(this,
            [this, id, hangs](const Result<> &stopped) {
                return hangs(stopped) ? stop(id, true) : ready(stopped);
            })
        .unwrap();
}

Future<> Sandboxes::suspend(const SandboxId &id)
{
    if (!QDir(d->paths.sandbox(id.value)).exists())
        return ready(Result<>(std::unexpected(noSuch(id))));
    if (!isHeld(d->paths, id))
        return ready(Result<>(std::unexpected(
            Error{Error::Kind::StateConflict, u"only a running sandbox can be suspended"_s})));
    return d->client(id)
        ->call(u"suspend"_s, {}, suspendPatienceMs)
        .then(this,
            [this, id](const Result<QJsonObject> &answer) -> Future<> {
                if (!answer)
                    return ready(Result<>(std::unexpected(answer.error())));
                d->drop(id);
                return d->whenFree(id, stopPatienceMs);
            })
        .unwrap();
}

Future<> Sandboxes::Private::afterStop(
    const SandboxId &id, bool force, const Result<QJsonObject> &answer)
{
    const bool silent = !answer && answer.error().kind == Error::Kind::NotAnswering;
    const bool held = isHeld(paths, id);
    if (!answer && (!silent || (!force && held)))
        return ready(Result<>(std::unexpected(answer.error())));
    // The kernel named the process that made the socket, and the lock says that it lives.
    const qint64 pid =
        entries.contains(id) && entries[id].client ? entries[id].client->peerPid() : 0;
    if (silent && force && held && pid > 1)
        ::kill(static_cast<pid_t>(pid), SIGKILL);
    drop(id);
    return whenFree(id, stopPatienceMs);
}

Future<> Sandboxes::remove(const SandboxId &id)
{
    d->drop(id);
    const Result<QString> gone = discardSandbox(d->paths, id);
    if (!gone)
        return ready(Result<>(std::unexpected(gone.error())));
    d->rescan();
    auto promise = std::make_shared<QPromise<Result<>>>(); // shared with the thread
    promise->start();
    // Old versions of files may be many; deleting them is no work for the event loop.
    QThreadPool::globalInstance()->start([promise, folder = *gone] {
        Result<> result;
        if (!QDir(folder).removeRecursively())
            result = std::unexpected(
                Error{Error::Kind::NotPermitted, u"cannot delete all of "_s + folder});
        promise->addResult(std::move(result));
        promise->finish();
    });
    return promise->future();
}

WardenClient *Sandboxes::warden(const SandboxId &id)
{
    return d->client(id);
}

} // namespace core
