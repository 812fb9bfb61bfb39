#pragma once

#include "core/result.h"

#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <QSet>

#include <memory>

namespace core {

class ApiServer;

/// One client of the local API, until it turns out to be a data connection or hangs up. Bounded: a
/// request is at most 1 MiB, and one that leaves 16 MiB unread is hung up on.
class ApiConnection : public QObject
{
    Q_OBJECT

public:
    ApiConnection(ApiServer &server, std::unique_ptr<QLocalSocket> socket);
    ~ApiConnection() override;

    void notify(const QString &topic, const QJsonObject &parameters);

private:
    void read();
    void take(const QByteArray &line);
    void becomeData(const QString &ticket);
    void request(const QJsonObject &message);
    void subscribe(const QJsonObject &parameters);
    void reply(const QJsonValue &id, const Result<QJsonObject> &result);
    void send(const QJsonObject &message);
    void leave();

    ApiServer &m_server;
    std::unique_ptr<QLocalSocket> m_socket;
    QByteArray m_pending;
    QSet<QString> m_topics;
    bool m_first = true;
};

} // namespace core
