#pragma once

#include "core/client/sandboxes.h"
#include "core/client/warden_client.h"

#include <QFileSystemWatcher>
#include <QPromise>
#include <QTimer>

namespace core {

/// One asking of every warden.
struct Inquiry
{
    QPromise<QList<SandboxStatus>> promise;
    QTimer patience;
    int open = 0;
};

struct Sandboxes::Private
{
    /// A sandbox as last seen, and the connection to its warden when there is one.
    struct Entry
    {
        SandboxStatus status;
        WardenClient *client = nullptr; ///< child of q
        bool followed = false;          ///< its notifications are wanted and subscribed to
    };

    Sandboxes *q;
    Paths paths;
    QHash<SandboxId, Entry> entries;
    QList<std::shared_ptr<Inquiry>> inquiries;
    std::unique_ptr<QFileSystemWatcher> watcher; ///< null until watch()
    QTimer rescanSoon;
    QTimer heartbeat;

    [[nodiscard]] QList<SandboxStatus> sorted() const;
    /// Brings `entries` in line with the directories; a held sandbox keeps what its warden told
    /// last.
    void rescan();
    void apply(const SandboxStatus &status);
    void forget(const SandboxId &id);
    /// Drops the connection, so that a warden that waits for its last client can end.
    void drop(const SandboxId &id);
    WardenClient *client(const SandboxId &id);
    /// One question to one warden; the answer, or its absence, is applied.
    QFuture<void> ask(const SandboxId &id, int patienceMs);
    void finish(const std::shared_ptr<Inquiry> &inquiry);

    void startWatching();
    void watchFolders();
    void follow(const SandboxId &id);
    void take(const SandboxId &id, const QString &topic, const QJsonObject &parameters);
    void beat();

    Future<> handOver(const SandboxId &id, const QHash<QString, QByteArray> &secrets);
    Future<> afterStop(const SandboxId &id, bool force, const Result<QJsonObject> &answer);
    Future<> whenFree(const SandboxId &id, int patienceMs);
    Future<> spawn(const SandboxId &id, const QHash<QString, QByteArray> &secrets);
    Future<> goOn(const SandboxId &id, const QHash<QString, QByteArray> &secrets);
    Future<> startHeld(const SandboxId &id, const QHash<QString, QByteArray> &secrets);
};

} // namespace core
