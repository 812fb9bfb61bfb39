#pragma once

#include "core/result.h"

#include <QtTypes>

class QLocalSocket;

namespace core {

/// Who listens at the other end of a connected local socket, as the kernel tells.
struct Peer
{
    qint64 pid = 0; ///< the process that made the socket
};

/// NotPermitted when the peer is another user's process: a squatted socket is never spoken to.
Result<Peer> ownPeer(const QLocalSocket &socket);

} // namespace core
