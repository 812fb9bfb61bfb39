#pragma once

#include "core/async/steps.h"

#include <QHash>
#include <QJsonObject>
#include <QLocalServer>
#include <QObject>
#include <QSet>

#include <functional>
#include <memory>

class QLocalSocket;

namespace core {

class ApiConnection;

/// `warden.sock`: JSON-RPC for clients of the same user, and the data connections that tickets open
/// (API.md).
class ApiServer : public QObject
{
    Q_OBJECT

public:
    using Method = std::function<Future<QJsonObject>(const QJsonObject &parameters)>;
    /// Takes a data connection over, with the bytes that came behind its ticket.
    using Taker = std::function<void(std::unique_ptr<QLocalSocket>, QByteArray early)>;

    ApiServer();
    ~ApiServer() override;

    /// Replaces a stale socket. The directory must be private already.
    Result<> listen(const QString &path);
    void add(const QString &name, Method method);

    /// A ticket for one data connection, good for 10 s.
    QString issueTicket(Taker taker);
    /// Notifies the clients that subscribed to the topic.
    void notify(const QString &topic, const QJsonObject &parameters);
    [[nodiscard]] int clients() const { return int(m_clients.size()); }

signals:
    void clientLeft();

private:
    friend class ApiConnection;

    void accept();
    Future<QJsonObject> call(const QString &method, const QJsonObject &parameters);
    Taker redeem(const QString &ticket);
    void forget(ApiConnection *client);

    QLocalServer m_server;
    QHash<QString, Method> m_methods;
    QHash<QString, Taker> m_tickets;
    QSet<ApiConnection *> m_clients; ///< owned
};

} // namespace core
