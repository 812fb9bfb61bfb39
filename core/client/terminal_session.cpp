#include "core/client/terminal_session.h"

#include "core/client/local_socket.h"
#include "core/link/channel_frames.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>

#include <string_view>

using namespace Qt::StringLiterals;

namespace core {

using link::Channel;

struct TerminalSession::Private
{
    enum class State { Connecting, Open, Ended };

    TerminalSession *q;
    QString terminal;
    State state = State::Connecting;
    QByteArray waiting; ///< frames written before the connection stood
    bool reading = true;
    bool hungUp = false; ///< the warden closed; what it sent before is still being read
    link::ChannelReader reader;
    QLocalSocket socket;

    void opened(const QString &ticket);
    void read();
    void take(const link::ChannelPart &part);
    void control(const QByteArray &json);
    void send(Channel channel, std::string_view payload);
    void sendControl(const QJsonObject &message);
    void end(const CommandExit &exit);
    void lost();
};

void TerminalSession::Private::opened(const QString &ticket)
{
    const Result<Peer> peer = ownPeer(socket);
    if (!peer) {
        end({.code = 1, .failure = peer.error().detail});
        return;
    }
    state = State::Open;
    socket.write(
        QJsonDocument(QJsonObject{{u"ticket"_s, ticket}}).toJson(QJsonDocument::Compact) + '\n');
    socket.write(waiting);
    waiting.clear();
}

void TerminalSession::Private::read()
{
    while (reading && state == State::Open && socket.bytesAvailable() > 0) {
        const QByteArray bytes = socket.read(256 << 10);
        const auto parts = reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        if (!parts) {
            end({.code = 1, .failure = QString::fromStdString(parts.error().detail)});
            return;
        }
        for (const link::ChannelPart &part : *parts)
            take(part);
    }
    if (hungUp && reading)
        lost();
}

void TerminalSession::Private::take(const link::ChannelPart &part)
{
    const QByteArray payload(part.bytes.data(), static_cast<qsizetype>(part.bytes.size()));
    switch (part.channel) {
    case Channel::Output:
        emit q->output(payload);
        break;
    case Channel::Error:
        emit q->errorOutput(payload);
        break;
    case Channel::Control:
        control(payload);
        break;
    case Channel::Input: // never sent by a warden
        break;
    }
}

void TerminalSession::Private::control(const QByteArray &json)
{
    const QJsonObject message = QJsonDocument::fromJson(json).object();
    if (message.contains("scrollback"_L1))
        emit q->replaying();
    else if (message.contains("live"_L1))
        emit q->live();
    else if (message.contains("failed"_L1))
        end({.code = 125, .failure = message.value("failed"_L1).toString()});
    else if (message.contains("exit"_L1)) {
        const QJsonObject exit = message.value("exit"_L1).toObject();
        const int signal = exit.value("signal"_L1).toInt();
        end({.code = signal > 0 ? 128 + signal : exit.value("code"_L1).toInt(), .failure = {}});
    }
}

void TerminalSession::Private::send(Channel channel, std::string_view payload)
{
    const link::Bytes frame = link::encodeFrame(channel, payload);
    if (state == State::Connecting)
        waiting.append(frame.data(), static_cast<qsizetype>(frame.size()));
    else if (state == State::Open)
        socket.write(frame.data(), static_cast<qint64>(frame.size()));
}

void TerminalSession::Private::sendControl(const QJsonObject &message)
{
    send(Channel::Control, QJsonDocument(message).toJson(QJsonDocument::Compact).toStdString());
}

void TerminalSession::Private::end(const CommandExit &exit)
{
    if (state == State::Ended)
        return;
    state = State::Ended;
    emit q->exited(exit);
}

void TerminalSession::Private::lost()
{
    if (state == State::Connecting) {
        end({.code = 125, .failure = socket.errorString()});
        return;
    }
    if (state == State::Ended)
        return;
    state = State::Ended;
    emit q->detached();
}

TerminalSession::TerminalSession(QString socketPath, QString ticket, QString terminal)
    : d(std::make_unique<Private>(this, std::move(terminal)))
{
    d->socket.setReadBufferSize(1 << 20);
    connect(&d->socket, &QLocalSocket::connected, this, [this, ticket] { d->opened(ticket); });
    connect(&d->socket, &QLocalSocket::readyRead, this, [this] { d->read(); });
    connect(&d->socket, &QLocalSocket::bytesWritten, this, &TerminalSession::written);
    // The last bytes may still lie in the buffer when the connection is already gone.
    connect(&d->socket, &QLocalSocket::disconnected, this, [this] {
        d->hungUp = true;
        d->read();
    });
    connect(&d->socket, &QLocalSocket::errorOccurred, this, [this](auto error) {
        if (error != QLocalSocket::PeerClosedError)
            d->lost();
    });
    // Queued: whoever opens the session connects its signals first.
    QMetaObject::invokeMethod(
        this,
        [this, path = std::move(socketPath)] { d->socket.connectToServer(path); },
        Qt::QueuedConnection);
}

TerminalSession::~TerminalSession()
{
    d->socket.disconnect(this);
}

QString TerminalSession::terminal() const
{
    return d->terminal;
}

void TerminalSession::write(const QByteArray &bytes)
{
    d->send(Channel::Input, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

void TerminalSession::resize(int columns, int rows)
{
    d->sendControl({{u"resize"_s, QJsonObject{{u"columns"_s, columns}, {u"rows"_s, rows}}}});
}

void TerminalSession::sendSignal(const QString &name)
{
    d->sendControl({{u"signal"_s, name}});
}

void TerminalSession::closeInput()
{
    d->sendControl({{u"eof"_s, true}});
}

void TerminalSession::setReading(bool reading)
{
    d->reading = reading;
    if (reading) // queued, so a slot of `output` may switch without being entered again
        QMetaObject::invokeMethod(this, [this] { d->read(); }, Qt::QueuedConnection);
}

qint64 TerminalSession::unsent() const
{
    return d->waiting.size() + d->socket.bytesToWrite();
}

} // namespace core
