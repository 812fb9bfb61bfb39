#pragma once

#include <QJsonObject>
#include <QString>

namespace core {

/// One line of the connection log; fields as in API.md.
struct ConnectionRecord
{
    qint64 timeMs = 0;
    QString host;
    int port = 0;
    QString protocol; ///< http, https, tls, tcp, dns
    QString path;     ///< proxy, transparent, dns
    QString method;
    QString urlPath;
    QString verdict; ///< allow, deny, reject
    QString reason;
    QString rule;
    QString source; ///< where the rule stands
    qint64 bytesUp = 0;
    qint64 bytesDown = 0;
    int upstreamStatus = 0;
    bool cached = false; ///< what the server would have sent was on this computer already
    friend bool operator==(const ConnectionRecord &, const ConnectionRecord &) = default;
};

ConnectionRecord connectionFromJson(const QJsonObject &record);

} // namespace core
