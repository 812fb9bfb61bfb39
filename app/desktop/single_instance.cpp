#include "app/desktop/single_instance.h"

#include "core/client/local_socket.h"

#include <QFile>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace desktop {

namespace {

constexpr qint64 maxMessageBytes = 64 << 10;
constexpr int attempts = 30; ///< the first one may just be starting
constexpr auto pause = 25ms;

/// Sends one line to a UNIX socket of the same user. Blocks for at most half a second.
core::Result<> send(const QString &path, const QByteArray &line)
{
    const auto refused = [](core::Error::Kind kind, const QString &detail) {
        return std::unexpected(core::Error{kind, detail});
    };
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const QByteArray name = QFile::encodeName(path);
    if (size_t(name.size()) >= sizeof address.sun_path)
        return refused(
            core::Error::Kind::BadConfiguration, u"the path of the socket is too long: "_s + path);
    std::memcpy(address.sun_path, name.constData(), size_t(name.size()));
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{.tv_sec = 0, .tv_usec = 500'000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ucred peer{};
    socklen_t size = sizeof peer;
    core::Result<> result;
    if (connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        result = refused(core::Error::Kind::NotAnswering, u"nothing answers at "_s + path);
    else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != getuid())
        result =
            refused(core::Error::Kind::NotPermitted, u"another user's process serves "_s + path);
    else if (write(fd, line.constData(), size_t(line.size())) != line.size())
        result = refused(core::Error::Kind::NotAnswering, u"the running desktop takes nothing"_s);
    close(fd);
    return result;
}

} // namespace

SingleInstance::SingleInstance(core::Paths paths, QObject *parent)
    : QObject(parent)
    , m_paths(std::move(paths))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

core::Result<SingleInstance::Place> SingleInstance::take(const Wish &wish)
{
    if (!core::makePrivateDirectory(m_paths.runtime))
        return std::unexpected(core::Error{core::Error::Kind::NotPermitted,
            u"%1 cannot be made, or it belongs to another user"_s.arg(m_paths.runtime)});
    m_lock = core::FileLock::take(m_paths.desktopSocket() + u".lock"_s);
    if (m_lock)
        return Place::First;
    const core::Result<> handed = handOver(wish);
    return handed ? core::Result<Place>(Place::Second) : std::unexpected(handed.error());
}

core::Result<> SingleInstance::serve()
{
    // The lock is ours, so a socket that is there is what a crash left.
    QFile::remove(m_paths.desktopSocket());
    if (m_server.listen(m_paths.desktopSocket()))
        return {};
    return std::unexpected(core::Error{core::Error::Kind::NotPermitted,
        m_paths.desktopSocket() + u": "_s + m_server.errorString()});
}

core::Result<> SingleInstance::handOver(const Wish &wish)
{
    const QByteArray line = QJsonDocument(toJson(wish)).toJson(QJsonDocument::Compact) + '\n';
    core::Result<> sent;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        sent = send(m_paths.desktopSocket(), line);
        if (sent || sent.error().kind != core::Error::Kind::NotAnswering)
            return sent;
        QThread::sleep(pause);
    }
    return sent;
}

void SingleInstance::accept()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        if (!core::ownPeer(*socket)) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        const auto read = [this, socket] {
            if (!socket->canReadLine()) {
                if (socket->bytesAvailable() > maxMessageBytes)
                    socket->abort();
                return;
            }
            const auto wish =
                wishFromJson(QJsonDocument::fromJson(socket->readLine(maxMessageBytes)).object());
            socket->disconnectFromServer();
            if (wish)
                emit wished(*wish);
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

} // namespace desktop
