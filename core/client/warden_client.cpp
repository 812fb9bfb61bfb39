#include "core/client/warden_client.h"

#include "core/client/error_kind.h"
#include "core/client/local_socket.h"
#include "core/client/terminal_session.h"
#include "vmm/qmp/framer.h"

#include <QElapsedTimer>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QPromise>
#include <QTimer>

#include <chrono>

using namespace Qt::StringLiterals;

namespace core {

namespace {

using namespace std::chrono_literals;

/// A warden holds its sandbox for a moment before it can be called.
constexpr auto absencePatience = 2s;
constexpr auto absencePoll = 20ms;

struct PendingCall
{
    QPromise<Result<QJsonObject>> promise;
    std::unique_ptr<QTimer> deadline;
};

QByteArray encoded(const QJsonObject &message)
{
    return QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

struct WardenClient::Private
{
    WardenClient *q;
    QString path;
    Connection connection = Connection::Connecting;
    qint64 peerPid = 0;
    qint64 nextId = 1;
    QByteArray waiting; ///< calls made before the connection stood
    QHash<qint64, std::shared_ptr<PendingCall>> pending;
    vmm::qmp::Framer framer;
    QLocalSocket socket;
    QElapsedTimer since;
    QTimer again;

    void failed(QLocalSocket::LocalSocketError error);
    void opened();
    void read();
    void take(const QByteArray &line);
    void answer(qint64 id, Result<QJsonObject> result);
    void close(const Error &why);
    void send(const QByteArray &line);
};

void WardenClient::Private::failed(QLocalSocket::LocalSocketError error)
{
    const bool isAbsent =
        error == QLocalSocket::ServerNotFoundError || error == QLocalSocket::ConnectionRefusedError;
    if (isAbsent && since.durationElapsed() < absencePatience)
        again.start(absencePoll);
    else
        close({Error::Kind::NotAnswering, socket.errorString()});
}

void WardenClient::Private::opened()
{
    const Result<Peer> peer = ownPeer(socket);
    if (!peer) {
        close(peer.error());
        return;
    }
    peerPid = peer->pid;
    connection = Connection::Connected;
    socket.write(waiting);
    waiting.clear();
    emit q->connectionChanged(connection);
}

void WardenClient::Private::read()
{
    const vmm::Result<QList<QByteArray>> lines = framer.feed(socket.readAll());
    if (!lines) {
        close({Error::Kind::NotAnswering, lines.error().detail});
        return;
    }
    for (const QByteArray &line : *lines)
        take(line);
}

void WardenClient::Private::take(const QByteArray &line)
{
    const QJsonObject message = QJsonDocument::fromJson(line).object();
    if (message.contains("method"_L1)) {
        QString topic = message.value("method"_L1).toString();
        if (topic == "connections"_L1) // the topic's name and that of one record
            topic = u"connection"_s;
        emit q->notified(topic, message.value("params"_L1).toObject());
        return;
    }
    const qint64 id = message.value("id"_L1).toInteger(-1);
    if (message.contains("error"_L1))
        answer(id, std::unexpected(errorFromJson(message.value("error"_L1).toObject())));
    else
        answer(id, message.value("result"_L1).toObject());
}

void WardenClient::Private::answer(qint64 id, Result<QJsonObject> result)
{
    const std::shared_ptr<PendingCall> call = pending.take(id);
    if (!call) // late: its time-out has already answered
        return;
    call->promise.addResult(std::move(result));
    call->promise.finish();
}

void WardenClient::Private::close(const Error &why)
{
    if (connection == Connection::Closed)
        return;
    connection = Connection::Closed;
    again.stop();
    socket.abort();
    for (const qint64 id : pending.keys())
        answer(id, std::unexpected(why));
    emit q->connectionChanged(connection);
}

void WardenClient::Private::send(const QByteArray &line)
{
    if (connection == Connection::Connecting)
        waiting += line;
    else
        socket.write(line);
}

WardenClient::WardenClient(QString socketPath, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(socketPath)))
{
    d->socket.setReadBufferSize(4 << 20);
    connect(&d->socket, &QLocalSocket::connected, this, [this] { d->opened(); });
    connect(&d->socket, &QLocalSocket::readyRead, this, [this] { d->read(); });
    connect(&d->socket, &QLocalSocket::disconnected, this, [this] {
        d->close({Error::Kind::NotAnswering, u"the warden closed the connection"_s});
    });
    connect(&d->socket,
        &QLocalSocket::errorOccurred,
        this,
        [this](QLocalSocket::LocalSocketError error) { d->failed(error); });
    d->again.setSingleShot(true);
    connect(&d->again, &QTimer::timeout, this, [this] { d->socket.connectToServer(d->path); });
    d->since.start();
    d->again.start(0ms); // later: whoever makes the object connects its signals first
}

WardenClient::~WardenClient()
{
    d->socket.disconnect(this);
    blockSignals(true);
    d->close({Error::Kind::Cancelled, u"the connection was given up"_s});
}

WardenClient::Connection WardenClient::connection() const
{
    return d->connection;
}

qint64 WardenClient::peerPid() const
{
    return d->peerPid;
}

Future<QJsonObject> WardenClient::call(
    const QString &method, const QJsonObject &parameters, int timeoutMs)
{
    if (d->connection == Connection::Closed)
        return ready(Result<QJsonObject>(std::unexpected(
            Error{Error::Kind::NotAnswering, u"the connection to the warden is closed"_s})));
    const qint64 id = d->nextId++;
    auto pending = std::make_shared<PendingCall>(); // shared with QHash, which wants copies
    pending->promise.start();
    if (timeoutMs > 0) {
        pending->deadline = std::make_unique<QTimer>();
        pending->deadline->setSingleShot(true);
        connect(pending->deadline.get(), &QTimer::timeout, this, [this, id, method, timeoutMs] {
            d->answer(id,
                std::unexpected(Error{Error::Kind::NotAnswering,
                    u"no answer to %1 within %2 ms"_s.arg(method).arg(timeoutMs)}));
        });
        pending->deadline->start(timeoutMs);
    }
    d->pending.insert(id, pending);
    d->send(encoded({{u"jsonrpc"_s, u"2.0"_s},
        {u"id"_s, id},
        {u"method"_s, method},
        {u"params"_s, parameters}}));
    return pending->promise.future();
}

void WardenClient::subscribe(const QStringList &topics)
{
    call(u"subscribe"_s, {{u"topics"_s, QJsonArray::fromStringList(topics)}}, 0);
}

Future<std::shared_ptr<TerminalSession>> WardenClient::open(
    const QString &method, const QJsonObject &parameters)
{
    using Opened = Result<std::shared_ptr<TerminalSession>>;
    return call(method, parameters, 60'000)
        .then(this, [path = d->path](const Result<QJsonObject> &answer) -> Opened {
            if (!answer)
                return std::unexpected(answer.error());
            const QString ticket = answer->value("ticket"_L1).toString();
            if (ticket.isEmpty())
                return std::unexpected(Error{Error::Kind::Failed, u"the warden gave no ticket"_s});
            return std::make_shared<TerminalSession>(
                path, ticket, answer->value("terminal"_L1).toString());
        });
}

} // namespace core
