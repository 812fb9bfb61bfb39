#include "core/client/local_socket.h"

#include <QLocalSocket>

#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {

Result<Peer> ownPeer(const QLocalSocket &socket)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    const int descriptor = static_cast<int>(socket.socketDescriptor());
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return std::unexpected(Error{Error::Kind::NotPermitted, u"the peer cannot be told"_s});
    if (peer.uid != geteuid())
        return std::unexpected(Error{Error::Kind::NotPermitted,
            u"%1 belongs to another user"_s.arg(socket.fullServerName())});
    return Peer{.pid = peer.pid};
}

} // namespace core
