#include "core/warden/api_server.h"

#include "core/warden/api_connection.h"

#include <QLocalSocket>
#include <QRandomGenerator>
#include <QTimer>

#include <chrono>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto ticketLife = 10s;
constexpr int maxClients = 64;

bool isOwnUser(const QLocalSocket &socket)
{
    ucred peer = {};
    socklen_t size = sizeof peer;
    const auto descriptor = int(socket.socketDescriptor());
    return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.uid == ::geteuid();
}

QString randomTicket()
{
    QString ticket;
    for (int i = 0; i < 4; ++i)
        ticket += QString::number(QRandomGenerator::system()->generate(), 36);
    return ticket;
}

} // namespace

ApiServer::ApiServer()
{
    connect(&m_server, &QLocalServer::newConnection, this, &ApiServer::accept);
}

ApiServer::~ApiServer()
{
    qDeleteAll(m_clients);
}

Result<> ApiServer::listen(const QString &path)
{
    QLocalServer::removeServer(path);
    if (!m_server.listen(path))
        return std::unexpected(Error{Error::Kind::Failed, path + u": "_s + m_server.errorString()});
    return {};
}

void ApiServer::add(const QString &name, Method method)
{
    m_methods.insert(name, std::move(method));
}

void ApiServer::accept()
{
    while (auto *socket = m_server.nextPendingConnection()) {
        std::unique_ptr<QLocalSocket> owned(socket);
        owned->setParent(nullptr);
        if (!isOwnUser(*owned) || m_clients.size() >= maxClients)
            owned->abort();
        else
            m_clients << new ApiConnection(*this, std::move(owned));
    }
}

Future<QJsonObject> ApiServer::call(const QString &method, const QJsonObject &parameters)
{
    const auto found = m_methods.constFind(method);
    if (found == m_methods.constEnd())
        return ready(Result<QJsonObject>(std::unexpected(
            Error{Error::Kind::Usage, u"there is no method \"%1\""_s.arg(method)})));
    return (*found)(parameters);
}

QString ApiServer::issueTicket(Taker taker)
{
    const auto ticket = randomTicket();
    m_tickets.insert(ticket, std::move(taker));
    QTimer::singleShot(ticketLife, this, [this, ticket] { m_tickets.remove(ticket); });
    return ticket;
}

ApiServer::Taker ApiServer::redeem(const QString &ticket)
{
    return m_tickets.take(ticket);
}

void ApiServer::notify(const QString &topic, const QJsonObject &parameters)
{
    const auto clients = m_clients; // one that does not read is forgotten meanwhile
    for (auto *client : clients)
        client->notify(topic, parameters);
}

void ApiServer::forget(ApiConnection *client)
{
    if (!m_clients.remove(client))
        return;
    client->deleteLater();
    emit clientLeft();
}

} // namespace core
