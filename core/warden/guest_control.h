#pragma once

#include "core/async/steps.h"
#include "core/link/greeting.h"
#include "core/link/session.h"
#include "vmm/descriptor.h"

#include <QHash>
#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace core {

class GuestCommand;

/// The host's end of the control port (core/guest/PROTOCOL.md). One thread, never blocks.
/// Everything that comes in is bounded: streams and windows by link::Limits, an answer by 1 MiB, an
/// event line by 64 KiB.
class GuestControl : public QObject
{
    Q_OBJECT

public:
    using ConnectPort = std::function<vmm::Result<vmm::Descriptor>()>;

    explicit GuestControl(ConnectPort connectPort);
    ~GuestControl() override;

    /// Connects and greets, again and again, until the guest answers. GuestSilent when `patience`
    /// ends.
    Future<> open(std::chrono::milliseconds patience);
    /// Hangs up; commands end as lost.
    void close();
    [[nodiscard]] bool isOpen() const { return m_session != nullptr; }

    /// One request; fails with the guest's own reason when the answer is not 200, or with TimedOut.
    Future<QByteArray> request(const QByteArray &method,
        const QByteArray &path,
        const QByteArray &body,
        std::chrono::milliseconds patience);

    /// Starts a command; the object tells all that happens to it, also a failure.
    std::unique_ptr<GuestCommand> exec(const QJsonObject &spec);
    /// Goes on with a command that waits under this name; `received` bytes of its output are here
    /// already, -1: all that it wrote.
    std::unique_ptr<GuestCommand> adopt(const QString &name, qint64 received);
    /// Opens the stream of events.
    void listen();

signals:
    void event(const QJsonObject &event);
    void lost(const QString &reason); ///< the connection is gone; open() makes another

private:
    friend class GuestCommand;

    /// What the owner of a stream wants to hear of it.
    struct StreamHandler
    {
        std::function<void(int status)> answered;
        std::function<void(link::BytesView)> data;
        std::function<void()> ended;
        std::function<void()> closed; ///< the last call
        std::function<void()> writable;
    };
    std::optional<link::StreamId> openStream(
        const link::Headers &request, bool last, StreamHandler handler);
    void forgetStream(link::StreamId stream);
    void pump();

    void connectOnce();
    void greet();
    void readPort();
    void startSession();
    void drop(const QString &reason);
    void settleOpen(const Result<> &result);
    void takeEvents(link::BytesView bytes);
    link::SessionEvents sessionEvents();

    ConnectPort m_connectPort;
    std::unique_ptr<QLocalSocket> m_port;
    std::optional<link::HostGreeting> m_greeting;
    std::unique_ptr<link::Session> m_session;
    std::shared_ptr<QPromise<Result<>>> m_opening;
    QTimer m_repeat;
    QTimer m_deadline;
    QHash<link::StreamId, std::shared_ptr<StreamHandler>>
        m_streams;      // shared: a handler may end its own stream
    QByteArray m_input; ///< room for reading
    link::Bytes m_output;
    QByteArray m_eventLine;
    QString m_lastFailure;
    bool m_inSession = false; ///< the session runs our callbacks and may not be entered again
};

} // namespace core
