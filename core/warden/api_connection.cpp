#include "core/warden/api_connection.h"

#include "core/client/error_kind.h"
#include "core/warden/api_server.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype maxLine = 1 << 20;
constexpr qint64 maxUnread = 16 << 20;

} // namespace

ApiConnection::ApiConnection(ApiServer &server, std::unique_ptr<QLocalSocket> socket)
    : m_server(server)
    , m_socket(std::move(socket))
{
    m_socket->setReadBufferSize(maxLine + 1);
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &ApiConnection::read);
    connect(m_socket.get(), &QLocalSocket::disconnected, this, &ApiConnection::leave);
    // Queued: the server does not yet know this connection.
    QMetaObject::invokeMethod(this, &ApiConnection::read, Qt::QueuedConnection);
}

ApiConnection::~ApiConnection()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket.release()->deleteLater();
    }
}

void ApiConnection::leave()
{
    m_server.forget(this);
}

void ApiConnection::read()
{
    while (m_socket && m_socket->bytesAvailable() > 0) {
        m_pending += m_socket->read(maxLine);
        for (auto end = m_pending.indexOf('\n'); m_socket && end >= 0;
            end = m_pending.indexOf('\n')) {
            const auto line = m_pending.first(end);
            m_pending.remove(0, end + 1);
            take(line);
        }
        if (m_pending.size() > maxLine)
            return leave();
    }
}

void ApiConnection::take(const QByteArray &line)
{
    const auto message = QJsonDocument::fromJson(line).object();
    const bool first = std::exchange(m_first, false);
    if (first && message.contains("ticket"_L1))
        return becomeData(message.value("ticket"_L1).toString());
    if (!message.value("method"_L1).isString())
        return reply(message.value("id"_L1),
            std::unexpected(Error{Error::Kind::Usage, u"not a JSON-RPC request"_s}));
    request(message);
}

void ApiConnection::becomeData(const QString &ticket)
{
    const auto taker = m_server.redeem(ticket);
    if (!taker)
        return leave();
    m_socket->disconnect(this);
    taker(std::move(m_socket), std::exchange(m_pending, {}));
    m_server.forget(this);
}

void ApiConnection::request(const QJsonObject &message)
{
    const auto method = message.value("method"_L1).toString();
    const auto id = message.value("id"_L1);
    const auto parameters = message.value("params"_L1).toObject();
    if (method == "subscribe"_L1) {
        subscribe(parameters);
        return reply(id, QJsonObject());
    }
    m_server.call(method, parameters)
        .then(this, [this, id](const Result<QJsonObject> &result) { reply(id, result); })
        .onCanceled(this, [this, id] {
            reply(id, std::unexpected(Error{Error::Kind::Cancelled, u"given up"_s}));
        });
}

void ApiConnection::subscribe(const QJsonObject &parameters)
{
    const auto topics = parameters.value("topics"_L1).toArray();
    for (const auto topic : topics)
        m_topics << topic.toString();
}

void ApiConnection::notify(const QString &topic, const QJsonObject &parameters)
{
    if (m_topics.contains(topic))
        send({{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, topic}, {u"params"_s, parameters}});
}

void ApiConnection::reply(const QJsonValue &id, const Result<QJsonObject> &result)
{
    QJsonObject message{{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}};
    if (result)
        message[u"result"_s] = *result;
    else
        message[u"error"_s] = errorToJson(result.error());
    send(message);
}

void ApiConnection::send(const QJsonObject &message)
{
    if (!m_socket)
        return;
    m_socket->write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
    if (m_socket->bytesToWrite() > maxUnread)
        m_socket->abort();
}

} // namespace core
