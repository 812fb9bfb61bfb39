#pragma once

#include "core/async/steps.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <optional>

namespace vmm {
class Machine;
struct DiskFault;
} // namespace vmm

namespace core {

/// What is known of the room on the host's disk; bytes, -1 when it cannot be told.
struct DiskRoom
{
    qint64 free = -1;
    qint64 floor = 0;                       ///< less must not be free while a machine runs
    std::optional<qint64> freeAtFault = {}; ///< when a write found no room
    friend bool operator==(const DiskRoom &, const DiskRoom &) = default;
};

/// Whether a machine that runs has to stand still. Pure, as the next.
[[nodiscard]] bool mustPause(const DiskRoom &room);
/// Whether one that stands still may go on: there is more room than it stopped at, so that it does
/// not stop again at once.
[[nodiscard]] bool mayGoOn(const DiskRoom &room);

/// Keeps a machine from filling the host's disk: it stands still while less than a floor is free,
/// and where a write finds no room all the same or fails. It goes on by itself once there is room;
/// after another failure only when it is asked to.
class DiskGuard : public QObject
{
    Q_OBJECT

public:
    /// Of a machine that was started; looks at the file system of `directory`.
    DiskGuard(vmm::Machine &machine, QString directory, qint64 floorGiB);

    [[nodiscard]] bool isPaused() const { return m_reason.has_value(); }
    /// Another try now; NotEnoughDisk while there is no room.
    Future<> tryAgain();

signals:
    void paused(const core::Error &reason);
    void wentOn();

private:
    void look();
    void takeFault(const vmm::DiskFault &fault);
    void pause(const Error &reason);
    [[nodiscard]] DiskRoom room() const;

    QPointer<vmm::Machine> m_machine;
    QString m_directory;
    qint64 m_floor;
    QTimer m_timer;
    std::optional<qint64> m_freeAtFault;
    std::optional<Error> m_reason; ///< why it stands still
};

} // namespace core
