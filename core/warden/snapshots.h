#pragma once

#include "core/async/steps.h"
#include "core/sandbox/snapshot.h"
#include "core/warden/live_fold.h"
#include "core/warden/live_save.h"
#include "core/warden/moment.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/terminals.h"
#include "vmm/template/machine_template.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <optional>

namespace core {

class ApiServer;
class StatusBoard;
class Warden;
struct SnapshotProgress;

/// What a warden saves of its machine while it runs: snapshots, and the moment for forks. The
/// machine hardly notices. One thing at a time; in between, layers of the disks that nobody needs
/// are folded.
class Snapshots : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        LiveSave::Setup save;
        StatusBoard &board;
        std::function<SandboxSettings()> settings;
        std::function<vmm::TemplateIdentity()> identity;
        std::function<std::optional<Error>()> obstacle; ///< why nothing can be saved now
        qint64 diskFloorGiB = 0; ///< what is left free when layers are folded
    };

    explicit Snapshots(Setup setup);
    ~Snapshots() override;

    /// An empty name: one is made. Usage, NameTaken, NotEnoughDisk, StateConflict.
    Future<SnapshotInfo> take(const QString &name, SnapshotReason reason);
    Result<> remove(const QString &name);
    [[nodiscard]] QList<SnapshotInfo> list() const { return m_store.list(); }
    /// For forks (moment.h).
    Future<> saveMoment();
    [[nodiscard]] bool isBusy() const { return m_moment || m_isTaking; }
    /// What it does by itself ends: the machine is to be saved or stopped.
    Future<> giveWay() { return m_fold.end(LiveFold::Ending::GiveUp); }

signals:
    void taken(const core::SnapshotInfo &snapshot);

private:
    Result<> begin(const QString &name);
    Future<> keep();
    Result<SnapshotInfo> finish(const Result<> &kept);
    [[nodiscard]] std::optional<Error> obstacle() const;
    void show(const std::optional<SnapshotProgress> &progress);
    Future<> foldNoMore();

    Setup m_setup;
    SnapshotStore m_store;
    bool m_isTaking = false;
    Snapshot m_snapshot; ///< while it is taken
    std::unique_ptr<LiveSave> m_save;
    std::unique_ptr<Moment> m_moment;
    LiveFold m_fold;
};

/// `snapshot`, `snapshot.remove` and `fork.moment` of API.md.
void addSnapshotMethods(ApiServer &api, Warden &warden);

} // namespace core
