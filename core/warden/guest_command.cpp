#include "core/warden/guest_command.h"

#include "core/warden/guest_control.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr std::size_t fullBuffer = 256 << 10;

link::Bytes toBytes(const QJsonObject &message)
{
    return QJsonDocument(message).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace

GuestCommand::GuestCommand(GuestControl &control, const QJsonObject &spec)
    : m_control(&control)
{
    if (openStream("/exec"))
        send(link::Channel::Control, toBytes({{u"spec"_s, spec}}));
}

GuestCommand::GuestCommand(GuestControl &control, const Parked &parked)
    : m_control(&control)
{
    link::Headers received;
    if (parked.received >= 0)
        received.emplace_back("paddock-received", std::to_string(parked.received));
    if (openStream("/adopt/" + parked.name.toLatin1(), received))
        m_control->pump();
}

bool GuestCommand::openStream(const QByteArray &path, const link::Headers &more)
{
    link::Headers headers{{":method", "POST"},
        {":scheme", "http"},
        {":authority", "guest"},
        {":path", path.toStdString()}};
    headers.insert(headers.end(), more.begin(), more.end());
    m_stream = m_control->openStream(headers,
        false,
        {
            .answered =
                [this](int status) {
                    if (status != 200)
                        finish({{u"failed"_s, u"the guest answered %1"_s.arg(status)}});
                },
            .data = [this](link::BytesView bytes) { takeData(bytes); },
            .ended = {},
            .closed =
                [this] {
                    m_stream.reset();
                    finish({{u"failed"_s, u"the connection to the sandbox was lost"_s}});
                },
            .writable = [this] { flush(); },
        });
    if (!m_stream) // queued: nobody can have connected to the signal yet
        QMetaObject::invokeMethod(
            this,
            [this] { finish({{u"failed"_s, u"the sandbox does not answer"_s}}); },
            Qt::QueuedConnection);
    return m_stream.has_value();
}

void GuestCommand::park(const QString &name)
{
    sendControl({{u"park"_s, name}});
}

GuestCommand::~GuestCommand()
{
    if (m_stream && m_control)
        m_control->forgetStream(*m_stream);
}

bool GuestCommand::write(link::BytesView bytes)
{
    send(link::Channel::Input, bytes);
    return m_unsent.size() < fullBuffer;
}

void GuestCommand::resize(int columns, int rows)
{
    sendControl({{u"resize"_s, QJsonObject{{u"columns"_s, columns}, {u"rows"_s, rows}}}});
}

void GuestCommand::sendControl(const QJsonObject &message)
{
    send(link::Channel::Control, toBytes(message));
}

void GuestCommand::credit(qsizetype count)
{
    if (!m_stream || !m_control || !m_control->m_session || count <= 0)
        return;
    m_control->m_session->consumed(*m_stream, std::size_t(count));
    m_control->pump();
}

void GuestCommand::send(link::Channel channel, link::BytesView payload)
{
    if (m_over)
        return;
    m_unsent += link::encodeFrame(channel, payload);
    flush();
}

void GuestCommand::flush()
{
    if (!m_stream || !m_control || !m_control->m_session || m_unsent.empty())
        return;
    const bool wasFull = m_unsent.size() >= fullBuffer;
    m_unsent.erase(0, m_control->m_session->write(*m_stream, m_unsent));
    m_control->pump();
    if (wasFull && m_unsent.size() < fullBuffer)
        emit writable();
}

void GuestCommand::takeData(link::BytesView bytes)
{
    const auto parts = m_reader.feed(bytes);
    if (!parts) {
        finish({{u"failed"_s, u"protocol: "_s + QString::fromStdString(parts.error().detail)}});
        return;
    }
    const QPointer<GuestCommand> self(this);
    for (const auto &part : *parts) {
        if (!self || m_over)
            return;
        if (part.channel == link::Channel::Output || part.channel == link::Channel::Error) {
            emit output(part.channel, part.bytes, qsizetype(part.cost));
            continue;
        }
        credit(qsizetype(part.cost));
        takeControl(QByteArray(part.bytes.data(), qsizetype(part.bytes.size())));
    }
}

void GuestCommand::takeControl(const QByteArray &json)
{
    const auto message = QJsonDocument::fromJson(json).object();
    if (message.contains("started"_L1))
        emit started();
    else if (message.contains("failed"_L1) || message.contains("exit"_L1) ||
             message.contains("parked"_L1))
        finish(message);
}

void GuestCommand::finish(const QJsonObject &how)
{
    if (m_over)
        return;
    m_over = true;
    m_unsent.clear();
    emit ended(how);
}

} // namespace core
