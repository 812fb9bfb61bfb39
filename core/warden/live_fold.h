#pragma once

#include "core/async/steps.h"
#include "core/warden/layer_fold.h"
#include "core/warden/outcome.h"
#include "vmm/snapshot/disk_fold.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace core {

/// Keeps the disks of a running sandbox from consisting of ever more layers: two become one (see
/// layer_merge.h for what a crash leaves), then the machine reads that one in their place, then the
/// lists name it. One step after the other, in the background; what fails is tried again when it is
/// woken the next time.
class LiveFold : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        QString sandboxDirectory;
        QString qemuImg;
        vmm::Machine &machine;
        qint64 diskFloorGiB = 0;
        std::function<bool()> mayRun; ///< nothing else is done with the disks
    };

    explicit LiveFold(Setup setup);
    ~LiveFold() override;

    /// Something has changed: looks soon.
    void wake() { m_soon.start(); }

    enum class Ending {
        GiveUp, ///< what has been read so far is read again the next time
        Finish  ///< this step
    };
    /// Done when it does nothing any more until it is woken. A step that the machine takes part in
    /// is finished in any case; that is a matter of milliseconds.
    Future<> end(Ending how);

signals:
    void folded();

private:
    enum class Phase { Idle, Merging, Changing };

    void look();
    Result<> checkSetting(const FoldFacts &facts, const LayerFold &fold) const;
    void merge(const LayerFold &fold);
    Future<> change(const LayerFold &fold);
    Result<> keep(const LayerFold &fold);
    void finish(const Result<> &done);

    Setup m_setup;
    QHash<QString, qsizetype> m_below; ///< files of a disk that are no layers
    QTimer m_soon;
    Phase m_phase = Phase::Idle;
    std::unique_ptr<QObject> m_merging; ///< qemu-img runs as long as this is there
    std::unique_ptr<vmm::DiskFold> m_change;
    std::unique_ptr<Outcome> m_done; ///< of the present step
};

} // namespace core
