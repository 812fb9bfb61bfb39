#pragma once

#include "core/link/channel_frames.h"
#include "core/link/greeting.h"
#include "core/link/session.h"
#include "vmm/descriptor.h"

#include <QHash>
#include <QJsonObject>
#include <QLocalSocket>
#include <QStringList>

#include <functional>
#include <memory>

/// The guest's end of a control port as a test wants it: it can be silent, and says what it is told
/// to say.
class FakeGuest : public QObject
{
    Q_OBJECT

public:
    enum class Manner { Answers, Silent };

    /// A new connection to it; the one before is over.
    vmm::Result<vmm::Descriptor> connectPort();

    void become(Manner manner) { m_manner = manner; }
    void setStatus(const QByteArray &json) { m_status = json; }
    /// Of a command that was started last: what the guest tells of it.
    void tell(const QJsonObject &message);
    void print(const QByteArray &output);
    /// To who listens.
    void sendEvent(const QJsonObject &event);

    [[nodiscard]] const QStringList &requests() const { return m_requests; } ///< "POST /exec"
    [[nodiscard]] const QByteArrayList &bodies() const { return m_bodies; }
    [[nodiscard]] const QByteArrayList &controls() const { return m_controls; } ///< of commands
    [[nodiscard]] const QByteArray &input() const { return m_input; }           ///< of commands

private:
    core::link::SessionEvents events();
    void read();
    void pump();
    void finished(core::link::StreamId stream);
    void takeFrames(core::link::StreamId stream, core::link::BytesView bytes);
    [[nodiscard]] bool isCommand(core::link::StreamId stream) const;

    std::unique_ptr<QLocalSocket> m_socket;
    std::unique_ptr<core::link::GuestGreeting> m_greeting;
    std::unique_ptr<core::link::Session> m_session;
    QHash<core::link::StreamId, QByteArray> m_paths;
    QHash<core::link::StreamId, QByteArray> m_received;
    QHash<core::link::StreamId, core::link::ChannelReader> m_readers;
    core::link::StreamId m_lastCommand = 0;
    core::link::StreamId m_events = 0;
    Manner m_manner = Manner::Answers;
    QByteArray m_status = "{}";
    QStringList m_requests;
    QByteArrayList m_bodies;
    QByteArrayList m_controls;
    QByteArray m_input;
};
