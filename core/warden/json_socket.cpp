#include "core/warden/json_socket.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 maxUnsent = 16 << 20;

} // namespace

JsonSocket::JsonSocket(vmm::Descriptor descriptor)
{
    m_socket.setReadBufferSize(1 << 20);
    m_socket.setSocketDescriptor(descriptor.release());
    connect(&m_socket, &QLocalSocket::readyRead, this, &JsonSocket::read);
    connect(&m_socket, &QLocalSocket::disconnected, this, [this] {
        read();
        close(u"closed by the other end"_s);
    });
}

void JsonSocket::send(const QJsonObject &message)
{
    if (m_closed)
        return;
    if (m_socket.bytesToWrite() > maxUnsent) {
        close(u"does not read what it is sent"_s);
        return;
    }
    m_socket.write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
}

void JsonSocket::read()
{
    while (!m_closed && m_socket.bytesAvailable() > 0) {
        const auto lines = m_framer.feed(m_socket.readAll());
        if (!lines) {
            close(lines.error().detail);
            return;
        }
        for (const auto &line : *lines) {
            if (const auto message = QJsonDocument::fromJson(line).object(); !message.isEmpty())
                emit received(message);
        }
    }
}

void JsonSocket::close(const QString &reason)
{
    if (m_closed)
        return;
    m_closed = true;
    m_socket.disconnect(this);
    m_socket.abort();
    emit closed(reason);
}

} // namespace core
