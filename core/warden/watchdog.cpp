#include "core/warden/watchdog.h"

#include <QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;

namespace core {

Watchdog::Watchdog(Setup setup)
    : m_setup(std::move(setup))
{
    m_timer.setInterval(m_setup.period);
    connect(&m_timer, &QTimer::timeout, this, &Watchdog::turn);
}

void Watchdog::start()
{
    m_timer.start();
}

void Watchdog::turn()
{
    if (!m_setup.expected()) {
        m_guest.missed = 0;
        m_machine.missed = 0;
        return;
    }
    ++m_guest.missed;
    askGuest();
    if (m_guest.missed > 2)
        askMachine();
    if (m_guest.missed > m_setup.patience)
        conclude();
}

void Watchdog::askGuest()
{
    if (std::exchange(m_guest.waits, true))
        return;
    m_setup.askGuest().then(this, [this](const Result<QByteArray> &answer) {
        m_guest.waits = false;
        if (!answer)
            return;
        m_guest.missed = 0;
        m_machine.missed = 0;
        if (!std::exchange(m_reason, {}).isEmpty())
            emit recovered();
        emit heard(QJsonDocument::fromJson(*answer).object());
    });
}

void Watchdog::askMachine()
{
    if (std::exchange(m_machine.waits, true))
        return;
    m_setup.askMachine().then(this, [this](const Result<> &answer) {
        m_machine.waits = false;
        m_machine.missed = answer ? 0 : m_machine.missed + 1;
    });
}

void Watchdog::conclude()
{
    const bool machineToo = m_machine.missed > 1;
    const auto reason = machineToo ? u"QEMU does not answer; it hangs, or it was stopped"_s
                                   : u"the system in the sandbox has not answered for %1 s"_s.arg(
                                         m_guest.missed * m_setup.period.count() / 1000);
    if (!m_reason.isEmpty() && machineToo == m_machineToo)
        return;
    m_machineToo = machineToo;
    m_reason = reason;
    emit silent(reason);
}

} // namespace core
