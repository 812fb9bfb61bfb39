#include "core/client/error_kind.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandboxes_p.h"
#include "core/client/warden_process.h"

#include <QDir>
#include <QElapsedTimer>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {

namespace {

constexpr auto heartbeatInterval = 2s;
constexpr auto freePollInterval = 20ms;

SandboxStatus silent(SandboxStatus status)
{
    status.state = SandboxState::NotAnswering;
    status.reason = u"its warden does not answer"_s;
    status.reasonKind = errorKindName(Error::Kind::NotAnswering);
    return status;
}

} // namespace

QList<SandboxStatus> Sandboxes::Private::sorted() const
{
    QList<SandboxStatus> list;
    for (const Entry &entry : entries)
        list.append(entry.status);
    std::ranges::sort(list, {}, [](const SandboxStatus &status) {
        return std::pair(status.settings.name, status.settings.id.value);
    });
    return list;
}

void Sandboxes::Private::rescan()
{
    const QList<SandboxId> ids = sandboxIds(paths);
    for (const SandboxId &id : entries.keys()) {
        if (!ids.contains(id))
            forget(id);
    }
    for (const SandboxId &id : ids) {
        SandboxStatus status = statusOnDisk(paths, id);
        const auto known = entries.constFind(id);
        if (status.state == SandboxState::NotAnswering && known != entries.cend() &&
            known->client) {
            const SandboxSettings settings = status.settings;
            status = known->status;
            status.settings = settings;
        }
        apply(status);
        if (status.state == SandboxState::Stopped || status.state == SandboxState::Suspended)
            drop(id);
    }
}

void Sandboxes::Private::apply(const SandboxStatus &status)
{
    const auto known = entries.find(status.settings.id);
    if (known == entries.end()) {
        entries.insert(status.settings.id, {.status = status});
        emit q->added(status);
    } else if (known->status != status) {
        known->status = status;
        emit q->changed(status);
    }
}

void Sandboxes::Private::forget(const SandboxId &id)
{
    drop(id);
    if (entries.remove(id) > 0)
        emit q->removed(id);
}

void Sandboxes::Private::drop(const SandboxId &id)
{
    const auto entry = entries.find(id);
    if (entry == entries.end() || !entry->client)
        return;
    entry->client->disconnect(q);
    entry->client->deleteLater();
    entry->client = nullptr;
    entry->followed = false;
}

WardenClient *Sandboxes::Private::client(const SandboxId &id)
{
    Entry &entry = entries[id];
    if (entry.client && entry.client->connection() == WardenClient::Connection::Closed)
        drop(id);
    if (!entry.client) {
        entry.client = new WardenClient(paths.wardenSocket(id.value), q);
        QObject::connect(entry.client,
            &WardenClient::connectionChanged,
            q,
            [this](WardenClient::Connection connection) {
                if (connection == WardenClient::Connection::Closed && watcher)
                    rescanSoon.start();
            });
    }
    return entry.client;
}

QFuture<void> Sandboxes::Private::ask(const SandboxId &id, int patienceMs)
{
    return client(id)
        ->call(u"status"_s, {}, patienceMs)
        .then(q, [this, id](const Result<QJsonObject> &answer) {
            const auto entry = entries.constFind(id);
            if (entry == entries.cend())
                return;
            if (answer) {
                take(id, u"status"_s, *answer);
                return;
            }
            SandboxStatus status = entry->status;
            if (!isHeld(paths, id))
                status = statusOnDisk(paths, id); // it ended while it was asked
            else
                status = silent(std::move(status));
            apply(status);
        });
}

void Sandboxes::Private::finish(const std::shared_ptr<Inquiry> &inquiry)
{
    if (!inquiries.removeOne(inquiry))
        return;
    inquiry->patience.stop();
    inquiry->promise.addResult(sorted());
    inquiry->promise.finish();
}

void Sandboxes::Private::startWatching()
{
    if (watcher)
        return;
    watcher = std::make_unique<QFileSystemWatcher>();
    rescanSoon.setSingleShot(true);
    rescanSoon.setInterval(30ms); // one look for a burst of changes
    QObject::connect(
        watcher.get(), &QFileSystemWatcher::directoryChanged, q, [this] { rescanSoon.start(); });
    QObject::connect(&rescanSoon, &QTimer::timeout, q, [this] { watchFolders(); });
    QObject::connect(&heartbeat, &QTimer::timeout, q, [this] { beat(); });
    heartbeat.start(heartbeatInterval);
    watchFolders();
}

void Sandboxes::Private::watchFolders()
{
    makePrivateDirectory(paths.sandboxes());
    makePrivateDirectory(paths.runtime);
    QStringList folders{paths.sandboxes(), paths.runtime};
    rescan();
    for (const SandboxId &id : entries.keys()) {
        folders.append(paths.sandbox(id.value));
        folders.append(paths.sandbox(id.value) + u"/log"_s);
        folders.append(paths.runtimeOf(id.value));
        if (isHeld(paths, id))
            follow(id);
    }
    const QStringList watched = watcher->directories();
    folders.removeIf([&watched](const QString &folder) {
        return watched.contains(folder) || !QDir(folder).exists();
    });
    if (!folders.isEmpty())
        watcher->addPaths(folders);
}

void Sandboxes::Private::follow(const SandboxId &id)
{
    WardenClient *warden = client(id);
    Entry &entry = entries[id];
    if (entry.followed || entry.status.state == SandboxState::Failed)
        return;
    entry.followed = true;
    QObject::connect(warden,
        &WardenClient::notified,
        q,
        [this, id](
            const QString &topic, const QJsonObject &parameters) { take(id, topic, parameters); });
    warden->subscribe({u"status"_s, u"sync"_s});
    ask(id, patienceMs);
}

void Sandboxes::Private::take(
    const SandboxId &id, const QString &topic, const QJsonObject &parameters)
{
    const auto entry = entries.constFind(id);
    if (entry == entries.cend())
        return;
    SandboxStatus status = entry->status;
    if (topic == "status"_L1)
        status = statusFromJson(status.settings, parameters);
    else if (topic == "sync"_L1)
        status.sync = syncStatusFromJson(parameters);
    apply(status);
    if (status.state == SandboxState::Failed)
        drop(id);
}

void Sandboxes::Private::beat()
{
    for (const SandboxId &id : entries.keys()) {
        const Entry entry = entries.value(id);
        if (entry.client && entry.client->connection() == WardenClient::Connection::Connected)
            ask(id, static_cast<int>(std::chrono::milliseconds(heartbeatInterval).count()) - 100);
        else if (entry.status.state != SandboxState::Stopped || isHeld(paths, id))
            rescanSoon.start();
    }
}

Future<> Sandboxes::Private::handOver(
    const SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    for (const auto &[service, value] : secrets.asKeyValueRange())
        client(id)->call(
            u"secret"_s, {{u"service"_s, service}, {u"value"_s, QString::fromUtf8(value)}});
    return ready(Result<>());
}

Future<> Sandboxes::Private::whenFree(const SandboxId &id, int patienceMs)
{
    struct Wait
    {
        QPromise<Result<>> promise;
        QTimer poll;
        QElapsedTimer since;
    };
    auto wait = std::make_shared<Wait>(); // kept by its own timer until it has answered
    wait->promise.start();
    wait->since.start();
    const auto look = [this, id, patienceMs, wait] {
        const bool held = isHeld(paths, id);
        if (held && wait->since.elapsed() < patienceMs)
            return;
        wait->poll.stop();
        Result<> result;
        if (held)
            result = std::unexpected(Error{Error::Kind::TimedOut, u"its warden has not ended"_s});
        rescan();
        wait->promise.addResult(std::move(result));
        wait->promise.finish();
        wait->poll.disconnect();
    };
    QObject::connect(&wait->poll, &QTimer::timeout, q, look);
    wait->poll.start(freePollInterval);
    return wait->promise.future();
}

Future<> Sandboxes::Private::spawn(const SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    return startWarden(q, paths, id, secrets)
        .then(q,
            [this, id, secrets](const Result<> &started) -> Future<> {
                if (started) {
                    watcher ? watchFolders() : rescan();
                    return ready(Result<>());
                }
                // Someone else was faster: the sandbox runs, which is what was asked for.
                if (started.error().kind == Error::Kind::StateConflict && isHeld(paths, id))
                    return handOver(id, secrets);
                return ready(Result<>(std::unexpected(started.error())));
            })
        .unwrap();
}

/// One that stands still gets another try.
Future<> Sandboxes::Private::goOn(const SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    return client(id)
        ->call(u"resume"_s)
        .then(q,
            [this, id, secrets](const Result<QJsonObject> &answer) -> Future<> {
                // It may have gone on by itself meanwhile.
                if (!answer && answer.error().kind != Error::Kind::StateConflict)
                    return ready(Result<>(std::unexpected(answer.error())));
                return handOver(id, secrets);
            })
        .unwrap();
}

Future<> Sandboxes::Private::startHeld(
    const SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    return client(id)
        ->call(u"status"_s, {}, 2'000)
        .then(q,
            [this, id, secrets](const Result<QJsonObject> &answer) -> Future<> {
                const bool ended = !answer && !isHeld(paths, id);
                if (!answer && !ended)
                    return ready(Result<>(std::unexpected(answer.error())));
                const QString state = answer ? answer->value("state"_L1).toString() : QString();
                if (state == "paused"_L1)
                    return goOn(id, secrets);
                if (!ended && state != "failed"_L1 && state != "stopping"_L1)
                    return handOver(id, secrets);
                drop(id);
                return steps(q, whenFree(id, 30'000))
                    .then([this, id, secrets] { return spawn(id, secrets); })
                    .finally([](const Result<> &) {});
            })
        .unwrap();
}

} // namespace core
