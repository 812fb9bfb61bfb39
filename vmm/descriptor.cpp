#include "vmm/descriptor.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

std::unexpected<Error> failure(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::Io,
        .detail = what + u": "_s + QString::fromLocal8Bit(strerror(errno))});
}

Result<sockaddr_un> addressOf(const QString &path)
{
    const auto name = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.isEmpty() || static_cast<size_t>(name.size()) >= sizeof address.sun_path)
        return std::unexpected(
            Error{.kind = Error::Kind::InvalidSpec, .detail = u"socket path too long: "_s + path});
    memcpy(address.sun_path, name.constData(), static_cast<size_t>(name.size()));
    return address;
}

// Set afterwards, since macOS knows neither SOCK_CLOEXEC nor SOCK_NONBLOCK.
void setFlags(int descriptor, int statusFlags)
{
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | statusFlags);
}

} // namespace

Descriptor::~Descriptor()
{
    if (m_number >= 0)
        ::close(m_number);
}

Result<std::pair<Descriptor, Descriptor>> socketPair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return failure(u"socketpair"_s);
    setFlags(ends[0], O_NONBLOCK);
    setFlags(ends[1], O_NONBLOCK);
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

Result<Descriptor> listenAt(const QString &path)
{
    const auto address = addressOf(path);
    if (!address)
        return std::unexpected(address.error());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (!socket)
        return failure(u"socket"_s);
    setFlags(socket.number(), 0);
    QFile::remove(path);
    const auto *generic = reinterpret_cast<const sockaddr *>(&*address);
    if (::bind(socket.number(), generic, sizeof *address) != 0 ||
        ::chmod(address->sun_path, 0600) != 0 || ::listen(socket.number(), 4) != 0)
        return failure(path);
    return socket;
}

Result<Descriptor> connectTo(const QString &path)
{
    const auto address = addressOf(path);
    if (!address)
        return std::unexpected(address.error());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (!socket)
        return failure(u"socket"_s);
    setFlags(socket.number(), O_NONBLOCK);
    const auto *generic = reinterpret_cast<const sockaddr *>(&*address);
    if (::connect(socket.number(), generic, sizeof *address) != 0)
        return failure(path);
    return socket;
}

} // namespace vmm
