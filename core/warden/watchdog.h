#pragma once

#include "core/async/steps.h"

#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace core {

/// Sees whether a sandbox's machine is alive: asks its guest every few seconds, and QEMU when the
/// guest is silent. It counts its own turns and not the time, so neither a computer that slept nor
/// one so busy that this process does not run makes it speak.
class Watchdog : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        /// Whether an answer can be expected now: virtual CPUs run, nothing is being saved.
        std::function<bool()> expected;
        std::function<Future<QByteArray>()> askGuest; ///< its status, as PROTOCOL.md has it
        std::function<Future<>()> askMachine;         ///< QEMU's monitor
        std::chrono::milliseconds period = std::chrono::seconds(5);
        int patience = 5; ///< turns without an answer, at least
    };

    explicit Watchdog(Setup setup);

    void start();
    [[nodiscard]] bool isSilent() const { return !m_reason.isEmpty(); }

signals:
    /// Nothing has been heard for too long; again when the reason changes.
    void silent(const QString &reason);
    void recovered();
    void heard(const QJsonObject &status);

private:
    /// One who is asked: not again before the last answer has come.
    struct Asked
    {
        bool waits = false;
        int missed = 0;
    };
    void turn();
    void askGuest();
    void askMachine();
    void conclude();

    Setup m_setup;
    QTimer m_timer;
    Asked m_guest;
    Asked m_machine;
    QString m_reason;          ///< empty: it is not silent
    bool m_machineToo = false; ///< which it is about
};

} // namespace core
