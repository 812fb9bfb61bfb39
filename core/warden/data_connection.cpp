#include "core/warden/data_connection.h"

#include <QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 readBuffer = 256 << 10;
constexpr qint64 fullBuffer =
    1 << 20; // what a slow client may leave unread before its program waits

Terminal::Size sizeFrom(const QJsonObject &resize)
{
    return {resize.value("columns"_L1).toInt(80), resize.value("rows"_L1).toInt(24)};
}

link::BytesView view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

DataConnection::DataConnection(std::unique_ptr<QLocalSocket> socket, QByteArray early)
    : m_socket(std::move(socket))
    , m_early(std::move(early))
{
    m_socket->setReadBufferSize(readBuffer);
}

DataConnection::~DataConnection()
{
    m_socket->disconnect(this);
    m_socket.release()->deleteLater(); // this may be inside a signal of it
}

void DataConnection::begin()
{
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &DataConnection::read);
    connect(m_socket.get(), &QLocalSocket::bytesWritten, this, [this] { drained(); });
    connect(m_socket.get(), &QLocalSocket::disconnected, this, &QObject::deleteLater);
    take(std::exchange(m_early, {}));
    read();
}

void DataConnection::send(link::Channel channel, link::BytesView payload)
{
    do {
        const auto part = payload.substr(0, link::maxChannelPayload);
        const auto header = link::frameHeader(channel, part.size());
        m_socket->write(header.data(), qint64(header.size()));
        m_socket->write(part.data(), qint64(part.size()));
        payload.remove_prefix(part.size());
    } while (!payload.empty());
}

void DataConnection::sendControl(const QJsonObject &message)
{
    send(link::Channel::Control, view(QJsonDocument(message).toJson(QJsonDocument::Compact)));
}

void DataConnection::finish()
{
    if (m_socket->state() == QLocalSocket::ConnectedState)
        m_socket->disconnectFromServer();
    else
        deleteLater();
}

bool DataConnection::isFull() const
{
    return m_socket->bytesToWrite() > fullBuffer;
}

void DataConnection::setReading(bool reading)
{
    if (std::exchange(m_reading, reading) != reading && reading)
        QMetaObject::invokeMethod(this, &DataConnection::read, Qt::QueuedConnection);
}

void DataConnection::read()
{
    while (m_reading && m_socket->bytesAvailable() > 0)
        take(m_socket->read(readBuffer));
}

void DataConnection::take(const QByteArray &bytes)
{
    const auto parts = m_reader.feed(view(bytes));
    if (!parts) {
        m_socket->abort();
        return;
    }
    for (const auto &part : *parts) {
        if (part.channel == link::Channel::Input)
            input(part.bytes);
        else if (part.channel == link::Channel::Control)
            control(QJsonDocument::fromJson({part.bytes.data(), qsizetype(part.bytes.size())})
                    .object());
    }
}

TerminalConnection::TerminalConnection(
    std::unique_ptr<QLocalSocket> socket, QByteArray early, Terminal &terminal)
    : DataConnection(std::move(socket), std::move(early))
    , m_terminal(&terminal)
{
    connect(&terminal, &Terminal::writable, this, [this] { setReading(true); });
    const auto end = terminal.end();
    sendControl({{u"scrollback"_s, true}});
    send(link::Channel::Output, view(terminal.attach(this)));
    sendControl({{u"live"_s, true}});
    begin();
    if (end)
        showEnd(*end);
}

TerminalConnection::~TerminalConnection()
{
    if (m_terminal)
        m_terminal->detach(this);
}

void TerminalConnection::show(const QByteArray &bytes)
{
    if (!bytes.isEmpty())
        send(link::Channel::Output, view(bytes));
}

void TerminalConnection::showEnd(const QJsonObject &how)
{
    sendControl(how);
    finish();
}

bool TerminalConnection::isFull() const
{
    return DataConnection::isFull();
}

void TerminalConnection::input(link::BytesView bytes)
{
    if (m_terminal && !m_terminal->write(bytes))
        setReading(false);
}

void TerminalConnection::control(const QJsonObject &message)
{
    if (!m_terminal)
        return;
    if (message.contains("resize"_L1))
        m_terminal->resize(sizeFrom(message.value("resize"_L1).toObject()));
    else if (message.contains("signal"_L1))
        m_terminal->sendSignal(message.value("signal"_L1).toString());
}

void TerminalConnection::drained()
{
    if (m_terminal && !isFull())
        m_terminal->viewerReady();
}

CommandConnection::CommandConnection(std::unique_ptr<QLocalSocket> socket,
    QByteArray early,
    std::unique_ptr<GuestCommand> command,
    Output output)
    : DataConnection(std::move(socket), std::move(early))
    , m_command(std::move(command))
{
    if (output == Output::Filtered)
        m_filter = std::make_unique<TerminalFilter>();
    connect(m_command.get(), &GuestCommand::output, this, &CommandConnection::show);
    connect(m_command.get(), &GuestCommand::writable, this, [this] { setReading(true); });
    connect(m_command.get(), &GuestCommand::ended, this, [this](const QJsonObject &how) {
        sendControl(how);
        finish();
    });
    begin();
}

void CommandConnection::show(link::Channel channel, link::BytesView bytes, qsizetype cost)
{
    if (m_filter) {
        const auto filtered = m_filter->feed(bytes);
        send(link::Channel::Output, view(filtered.output));
        if (!filtered.reply.isEmpty())
            m_command->write(view(filtered.reply));
    } else {
        send(channel, bytes);
    }
    m_owed += cost;
    drained();
}

void CommandConnection::input(link::BytesView bytes)
{
    if (!m_command->write(bytes))
        setReading(false);
}

void CommandConnection::control(const QJsonObject &message)
{
    if (message.contains("resize"_L1)) {
        const auto size = sizeFrom(message.value("resize"_L1).toObject());
        m_command->resize(size.columns, size.rows);
    } else if (message.contains("signal"_L1) || message.contains("eof"_L1)) {
        m_command->sendControl(message);
    }
}

void CommandConnection::drained()
{
    if (!isFull())
        m_command->credit(std::exchange(m_owed, 0));
}

} // namespace core
