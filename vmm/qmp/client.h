#pragma once

#include "vmm/descriptor.h"
#include "vmm/future.h"
#include "vmm/qmp/framer.h"
#include "vmm/qmp/message.h"

#include <QObject>
#include <QPromise>
#include <QSocketNotifier>

#include <chrono>
#include <deque>
#include <map>

namespace vmm::qmp {

/// A connection to QEMU's monitor. Commands are answered in any order; each has its own deadline.
class Client final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualDeadline{5000};

    static constexpr int maxReads = 64; ///< of 64 KiB before the event loop has its turn

    /// `socket` is connected and non-blocking.
    explicit Client(Descriptor socket);
    ~Client() override; ///< pending commands fail with Cancelled

    /// Waits for the greeting and leaves QEMU's negotiation mode; once, before anything else.
    Future<Greeting> negotiate(std::chrono::milliseconds deadline);

    /// Fails with Refused (QEMU's words), TimedOut, or with why the connection ended.
    Future<QJsonValue> execute(
        const Command &command, std::chrono::milliseconds deadline = usualDeadline);

    /// As execute, with a descriptor sent along (for `getfd`); it is duplicated first.
    Future<QJsonValue> sendWithDescriptor(
        const Command &command, int descriptor, std::chrono::milliseconds deadline = usualDeadline);

    /// Takes what has arrived already; for the moment after QEMU has ended.
    void readAvailable();

signals:
    void eventReceived(const vmm::qmp::Event &event);
    /// The connection is over: Io at the end of the stream, ProtocolViolation for what is no QMP.
    void closed(const vmm::Error &reason);

private:
    struct Outgoing
    {
        QByteArray bytes;
        Descriptor descriptor;
    };

    Future<QJsonValue> send(
        const Command &command, Descriptor along, std::chrono::milliseconds deadline);
    void writePending();
    void handle(const QByteArray &line);
    void answer(const Reply &reply);
    void close(const Error &reason);

    Descriptor m_socket;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    Framer m_framer;
    std::deque<Outgoing> m_outgoing;
    std::map<qint64, QPromise<Result<QJsonValue>>> m_pending;
    QPromise<Result<Greeting>> m_greeting;
    qint64 m_lastId = 0;
};

} // namespace vmm::qmp
