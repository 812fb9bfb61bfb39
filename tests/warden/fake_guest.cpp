#include "fake_guest.h"

#include <QJsonDocument>

using namespace core::link;

namespace {

constexpr qint64 readAtOnce = 64 << 10;

BytesView view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

vmm::Result<vmm::Descriptor> FakeGuest::connectPort()
{
    auto pair = vmm::socketPair();
    if (!pair)
        return std::unexpected(pair.error());
    m_session = std::move(*Session::create(Session::Role::Server, events()));
    m_greeting = std::make_unique<GuestGreeting>(PortName::Control);
    m_socket = std::make_unique<QLocalSocket>();
    m_socket->setSocketDescriptor(pair->second.release());
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &FakeGuest::read);
    return std::move(pair->first);
}

SessionEvents FakeGuest::events()
{
    return {.opened =
                [this](StreamId stream, const Headers &headers) {
                    const auto path = headerValue(headers, ":path");
                    m_paths[stream] = QByteArray(path.data(), qsizetype(path.size()));
                    m_requests << QString::fromStdString(
                        std::string(headerValue(headers, ":method")) + ' ' + std::string(path));
                    if (isCommand(stream)) {
                        m_lastCommand = stream;
                        m_session->answer(stream, 200);
                    }
                },
        .answered = {},
        .data =
            [this](StreamId stream, BytesView bytes) {
                m_session->consumed(stream, bytes.size());
                if (isCommand(stream))
                    takeFrames(stream, bytes);
                else
                    m_received[stream].append(bytes.data(), qsizetype(bytes.size()));
            },
        .ended = [this](StreamId stream) { finished(stream); },
        .closed = {},
        .writable = {}};
}

bool FakeGuest::isCommand(StreamId stream) const
{
    const auto path = m_paths.value(stream);
    return path == "/exec" || path.startsWith("/adopt/");
}

void FakeGuest::takeFrames(StreamId stream, BytesView bytes)
{
    const auto parts = m_readers[stream].feed(bytes);
    for (const auto &part : *parts) {
        const QByteArray payload(part.bytes.data(), qsizetype(part.bytes.size()));
        if (part.channel == Channel::Control)
            m_controls << payload;
        else
            m_input += payload;
    }
}

void FakeGuest::finished(StreamId stream)
{
    m_bodies << m_received.take(stream);
    const auto path = m_paths.value(stream);
    if (m_manner == Manner::Silent || path == "/exec")
        return;
    if (path == "/events") {
        m_events = stream;
        m_session->answer(stream, 200);
        return;
    }
    m_session->answer(stream, 200);
    if (m_session->write(stream, view(path == "/status" ? m_status : QByteArray("{}"))) > 0)
        m_session->finish(stream);
}

void FakeGuest::read()
{
    while (m_socket && m_socket->bytesAvailable() > 0) {
        const auto bytes = m_socket->read(readAtOnce);
        const auto fed = m_greeting->feed(view(bytes));
        if (!fed)
            return;
        if (m_manner == Manner::Answers || m_greeting->done())
            m_socket->write(fed->reply.data(), qint64(fed->reply.size()));
        if (!fed->rest.empty() && !m_session->receive(fed->rest))
            return;
    }
    pump();
}

void FakeGuest::pump()
{
    while (m_socket && m_session && m_session->wantsOutput()) {
        const auto output = m_session->takeOutput();
        if (output.empty())
            return;
        m_socket->write(output.data(), qint64(output.size()));
    }
}

void FakeGuest::tell(const QJsonObject &message)
{
    const auto json = QJsonDocument(message).toJson(QJsonDocument::Compact);
    const auto frame = encodeFrame(Channel::Control, view(json));
    if (m_session->write(m_lastCommand, frame) < frame.size())
        qWarning("the command's stream is full");
    pump();
}

void FakeGuest::print(const QByteArray &output)
{
    const auto frame = encodeFrame(Channel::Output, view(output));
    if (m_session->write(m_lastCommand, frame) < frame.size())
        qWarning("the command's stream is full");
    pump();
}

void FakeGuest::sendEvent(const QJsonObject &event)
{
    const auto line = QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
    if (m_session->write(m_events, view(line)) < std::size_t(line.size()))
        qWarning("the stream of events is full");
    pump();
}
