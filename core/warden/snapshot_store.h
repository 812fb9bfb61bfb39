#pragma once

#include "core/sandbox/snapshot.h"

#include <QHash>
#include <QJsonObject>
#include <QSet>
#include <QStringList>

#include <optional>

namespace core {

/// A snapshot as its directory holds it.
struct Snapshot
{
    QString name;
    qint64 atMs = 0;
    SnapshotReason reason = SnapshotReason::Asked;
    int pauseMs = 0;
    qint64 stateBytes = 0;
    QList<int> layers;           ///< of the disks (disk_layers.h), the one written last first
    QJsonObject machine;         ///< what it demands, see SuspendImage
    QString epoch = {};          ///< of the guest's disk, by the last plan that this side knew
    QJsonObject repository = {}; ///< of the host's folder (host_git.h)
    SandboxSettings settings;
    friend bool operator==(const Snapshot &, const Snapshot &) = default;
};

/// The snapshots of a sandbox, in `snapshots/NAME/` of its directory: the machine's state with its
/// RAM, the terminals, what the host knew of the agent's files, and what its disks consist of. One
/// is there whole, under its name, or not at all.
class SnapshotStore
{
public:
    explicit SnapshotStore(QString sandboxDirectory);

    /// By time; damaged ones too.
    [[nodiscard]] QList<SnapshotInfo> list() const;
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] std::optional<SnapshotInfo> find(const QString &name) const;
    /// Usage when there is none of the name, Failed when it is damaged.
    [[nodiscard]] Result<Snapshot> open(const QString &name) const;
    [[nodiscard]] QString directory(const QString &name) const { return place(name); }
    [[nodiscard]] QString state(const QString &name) const;
    [[nodiscard]] QJsonObject terminals(const QString &name) const;

    /// Makes an empty place for one and gives the path of the state to be written there.
    Result<QString> begin(const QString &name) const;
    /// The state has been written, or there is none and only the disks come back: makes a snapshot
    /// of it, in place of one of the same name. Waits for the disk.
    Result<> keep(Snapshot snapshot, const QJsonObject &terminals) const;
    void giveUp(const QString &name) const;
    /// Usage when there is none. What only it needed of the disks goes too.
    Result<> remove(const QString &name) const;

    /// What the disks of all of them consist of; nothing while a damaged one is there.
    [[nodiscard]] std::optional<QList<QList<int>>> chains() const;
    /// Where both are, `upper` right over `lower`, this one that holds the same takes their place.
    Result<> replaceLayers(int upper, int lower, int merged) const;
    /// The layers of all of them and of the present disks; nothing as for `chains`.
    [[nodiscard]] std::optional<QSet<int>> neededLayers() const;

    /// Removes what no snapshot and no present disk needs. Nothing while a damaged one is there: it
    /// cannot tell what it needs.
    void sweep() const;
    /// The same, and what unfinished ones have left; while nobody works on one.
    void sweepAll() const;

private:
    [[nodiscard]] QString place(const QString &name = {}) const;
    [[nodiscard]] QString unfinished(const QString &name) const;
    [[nodiscard]] bool isThere(const QList<int> &chain) const;
    using LayerUses = QHash<int, int>; ///< of how many chains each is a part
    [[nodiscard]] SnapshotInfo describe(
        const QString &name, const Result<Snapshot> &snapshot, const LayerUses &uses) const;

    QString m_directory;
};

} // namespace core
