#pragma once

#include "core/async/steps.h"
#include "core/client/forks.h"
#include "core/client/sandbox_status.h"
#include "core/paths.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace core {

class SecretStore;
class WardenClient;

/// What `create` needs beyond the settings.
struct NewSandbox
{
    SandboxSettings
        settings; ///< id, image, machineType and createdMs are filled in; an empty name is proposed
    QString initialPolicy; ///< text of sandbox.policy; empty for none
};

/// What `findOrCreate` came to.
struct FoundSandbox
{
    SandboxId id;
    bool existed = false;
};

/// The sandboxes of this user: the directories below `sandboxes/`, watched, each with its warden's
/// status.
///
/// Every directory is shown, also one whose sandbox.json cannot be read (state Failed). No method
/// waits for a warden: a status that does not come within `patienceMs` shows as NotAnswering. One
/// thread, with an event loop.
class Sandboxes : public QObject
{
    Q_OBJECT

public:
    static constexpr int patienceMs = 250;

    explicit Sandboxes(Paths paths, QObject *parent = nullptr);
    ~Sandboxes() override;

    [[nodiscard]] const Paths &paths() const;
    [[nodiscard]] QList<SandboxStatus> all() const;
    /// By id or by name; nothing when there is none.
    [[nodiscard]] std::optional<SandboxStatus> find(const QString &idOrName) const;

    /// Asks every warden once, in parallel; finishes after at most `patienceMs` with the list,
    /// sorted by name.
    QFuture<QList<SandboxStatus>> refresh();
    /// Keeps the list current by watching directories and subscribing to wardens; `added`,
    /// `changed`, `removed` tell.
    void watch();

    /// Writes the sandbox's directory (under the creation lock). Does not start it.
    Result<SandboxId> create(NewSandbox request);
    /// The sandbox of this folder and agent, made when there is none; two callers at once get the
    /// same one.
    Result<FoundSandbox> findOrCreate(NewSandbox request);
    /// Makes the forks of a moment (forks.h), under the creation lock. Does not start them.
    Result<QList<SandboxId>> createForks(const ForkRequest &request);
    /// Starts the warden with the secrets given and answers when it serves, the machine still
    /// booting; already running is no error, and the secrets are handed over. StateConflict while
    /// it is stopping for longer than 30 s.
    Future<> start(const SandboxId &id, const QHash<QString, QByteArray> &secrets);
    /// Answers when the machine is off and its warden gone. With `force` a warden that does not
    /// answer is killed.
    Future<> stop(const SandboxId &id, bool force);
    /// The same, by force when the orderly way comes to no end, whoever it is that hangs.
    Future<> stopInAnyCase(const SandboxId &id);
    /// Answers when the machine's state is on the disk and its warden gone. StateConflict for one
    /// that does not run.
    Future<> suspend(const SandboxId &id);
    /// Removes a stopped sandbox and all that is its own, never the workspace.
    Future<> remove(const SandboxId &id);

    /// The connection to a sandbox's warden, made on first use; lives as long as this object or
    /// until the warden ends.
    WardenClient *warden(const SandboxId &id);

signals:
    void added(const core::SandboxStatus &status);
    void changed(const core::SandboxStatus &status);
    void removed(const core::SandboxId &id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core
