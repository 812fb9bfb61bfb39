#pragma once

#include "vmm/machine/machine.h"
#include "vmm/snapshot/disk_switch.h"

#include <QElapsedTimer>
#include <QTimer>

namespace vmm {

/// The state and the disks of a machine at one moment, taken while it runs: its memory is written
/// as it goes, then it stands still for the last pages, its disks move on to new files, and it goes
/// on. What lay below is not written any more.
class LiveSnapshot final : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        QString state = {}; ///< path of a new file: devices and all of the RAM
        QList<DiskOverlay> overlays = {};
        /// Called while the machine stands still and writes to the new files already: whoever comes
        /// later must find them. It has to be quick.
        std::function<Result<>()> moved = {};
        /// A machine that writes faster than its memory can be saved is stopped then. A disk of the
        /// host that is slow or busy is given six times as long to take all of it once.
        std::chrono::milliseconds patience{10'000};
    };

    LiveSnapshot(Machine &machine, Request request);

    /// Done when the state is in its file and the machine runs again. When it fails the machine
    /// goes on as well, and no state is left; see `hasMoved`.
    Future<> run();
    /// Whether the disks are the new files; that is not taken back by a later failure.
    [[nodiscard]] bool hasMoved() const { return m_moved; }
    /// How long the machine has stood still.
    [[nodiscard]] std::chrono::milliseconds pause() const { return m_pause; }

private:
    Future<> save();
    Future<> move();
    Future<> goOn(const Result<> &saved);
    void losePatience();
    void watch(Machine::State state);

    Machine &m_machine;
    Request m_request;
    DiskSwitch m_disks;
    QTimer m_patience;
    int m_waits = 0; ///< times that patience has ended
    QElapsedTimer m_standing;
    std::chrono::milliseconds m_pause{0};
    bool m_isWriting = false; ///< while the machine runs
    bool m_moved = false;
};

} // namespace vmm
