#pragma once

#include "core/warden/guest_control.h"
#include "core/warden/host_clocks.h"
#include "core/warden/status_board.h"
#include "core/warden/watchdog.h"
#include "vmm/machine/machine.h"

#include <QElapsedTimer>
#include <QObject>

#include <functional>

namespace core {

/// Looks after a sandbox while it runs: whether its machine answers, whether the guest's clock is
/// right, what is to be done after the computer has slept, and whether anything happens in it.
class Caretaker : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        GuestControl &control;
        vmm::Machine &machine;
        StatusBoard &board;
        std::function<bool()> isBusy;                         ///< being stopped or saved
        std::function<bool()> isWatched;                      ///< someone is attached
        std::function<std::chrono::milliseconds()> idleLimit; ///< zero: none
        std::function<HostClocks()> clocks = &HostClocks::now;
        std::chrono::milliseconds period = std::chrono::seconds(5); ///< of its looks
    };

    explicit Caretaker(Parts parts);

    void noteActivity() { m_idle.start(); }

signals:
    /// Nothing has happened in it for as long as the limit; then again after as long.
    void idled();
    /// The computer has slept for so long.
    void slept(std::chrono::milliseconds howLong);

private:
    [[nodiscard]] bool answerExpected();
    Future<QByteArray> askGuest();
    Future<> askMachine();
    void checkClock(const QJsonObject &status);
    void checkActivity(const QJsonObject &status);
    void noteDocker(const QJsonObject &status);
    void fellSilent(const QString &reason);
    void recovered();

    Parts m_parts;
    HostClocks m_seen; ///< at the last turn
    HostClocks m_asked;
    QElapsedTimer m_idle;
    QElapsedTimer m_sinceHeard;
    qint64 m_busyMs = 0; ///< of the guest's processors, when it was last heard
    Watchdog m_watchdog;
};

} // namespace core
