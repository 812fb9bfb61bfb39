#pragma once

#include "core/async/steps.h"
#include "core/warden/terminals.h"
#include "vmm/snapshot/live_snapshot.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>

namespace core {

/// A running sandbox saved while it goes on: the machine's state with its RAM in a file, its disks
/// as the layers that lie below a new one (disk_layers.h), and the terminals. It stands still for a
/// moment only, and nobody in it or at its terminals hears of that. Deleting it while it runs may
/// leave the machine standing still.
class LiveSave : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        QString sandboxDirectory;
        QString qemuImg;
        vmm::Machine &machine;
        Terminals &terminals;
        std::function<Future<>()> flush;      ///< brings the disks of the guest in step
        std::function<QString()> epoch;       ///< of the guest's disk (core/sync/standing.h)
        std::function<Future<>()> alone = {}; ///< done when nothing else changes its layers
    };
    /// What it was at its moment.
    struct Saved
    {
        QList<int> layers;
        QJsonObject terminals;
        QString epoch;
        qint64 atMs = 0;
        int pauseMs = 0;
    };

    /// `state`: path of a new file.
    LiveSave(Setup setup, QString state);

    /// NotEnoughDisk; StateConflict when its disks have too many layers (more than `mostLayers`).
    /// It goes on whatever comes of it.
    Future<> run(qsizetype mostLayers);
    [[nodiscard]] const Saved &saved() const { return m_saved; }

private:
    Result<> begin(qsizetype mostLayers);
    Future<> makeDisks();
    Future<> save();
    Result<> moved();

    Setup m_setup;
    QString m_state;
    QList<vmm::DiskOverlay> m_overlays;
    Saved m_saved;
    std::unique_ptr<vmm::LiveSnapshot> m_live;
};

} // namespace core
