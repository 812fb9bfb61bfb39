#pragma once

#include "core/async/steps.h"
#include "core/sandbox/disk_record.h"

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>

namespace vmm {
class Machine;
struct DiskNode;
} // namespace vmm

namespace core {

class GuestControl;

/// Sizes of the guest's file systems as its `df` writes them, in the order of diskNames(); Failed
/// for anything else.
Result<QList<DiskRecord>> parseDiskSizes(const QByteArray &df);

/// Keeps the disks of a running machine in order: what is free in them goes back to the host from
/// time to time, they grow to the size that is wanted, and disks.json tells what is in them.
/// Everything runs one after another in the guest as root; deleting it gives up.
class DiskCare : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        QString sandboxDirectory;
        int diskGiB = 0;                    ///< wanted of docker and work
        std::function<bool()> mayGrow = {}; ///< not while new files are laid over the disks
    };

    DiskCare(Setup setup, vmm::Machine &machine, GuestControl &control);

    /// Once the guest can be asked: grows what is smaller than wanted, and a little later notes how
    /// the disks stand.
    Future<> begin();
    /// What the disks hold now.
    Future<> survey();
    /// Trims if that seems to be worth it.
    Future<> tidy(std::chrono::milliseconds patience);
    /// Gives back what is free in the file systems.
    Future<> trim(std::chrono::milliseconds patience);
    /// Makes docker and work as large as this, while they are in use. Never smaller.
    Future<> grow(int diskGiB);

    [[nodiscard]] const DiskRecords &records() const { return m_records; }
    [[nodiscard]] bool isGrowing() const { return m_isGrowing; }

private:
    enum class Baseline { Keep, Now };

    Future<> growDisks();
    Future<> growDisk(const QString &name, const vmm::DiskNode &node);
    Future<> growFileSystem(const QString &name);
    Result<> take(const QByteArray &df, Baseline baseline);
    Future<> look(Baseline baseline);

    Setup m_setup;
    QPointer<vmm::Machine> m_machine;
    QPointer<GuestControl> m_control;
    DiskRecords m_records;
    QTimer m_timer;
    bool m_isGrowing = false;
};

} // namespace core
