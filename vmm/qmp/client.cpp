#include "vmm/qmp/client.h"

#include <QTimer>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace vmm::qmp {
namespace {

template <typename T>
void finish(QPromise<Result<T>> &promise, Result<T> result)
{
    promise.addResult(std::move(result));
    promise.finish();
}

/// Sends as much as fits; the descriptor goes with the first byte.
ssize_t sendSome(int socket, const QByteArray &bytes, int descriptor)
{
    iovec part{.iov_base = const_cast<char *>(bytes.constData()),
        .iov_len = static_cast<size_t>(bytes.size())};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (descriptor >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        auto *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

} // namespace

Client::Client(Descriptor socket)
    : m_socket(std::move(socket))
    , m_readable(m_socket.number(), QSocketNotifier::Read)
    , m_writable(m_socket.number(), QSocketNotifier::Write)
{
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &Client::readAvailable);
    connect(&m_writable, &QSocketNotifier::activated, this, &Client::writePending);
    m_greeting.start();
}

Client::~Client()
{
    blockSignals(true); // there is nobody left to tell
    close({.kind = Error::Kind::Cancelled, .detail = u"monitor closed"_s});
}

Future<Greeting> Client::negotiate(std::chrono::milliseconds deadline)
{
    QTimer::singleShot(deadline, this, [this] {
        if (!m_greeting.future().isFinished())
            finish<Greeting>(m_greeting,
                std::unexpected(
                    Error{.kind = Error::Kind::TimedOut, .detail = u"QEMU did not greet"_s}));
    });
    return m_greeting.future()
        .then(this,
            [this, deadline](const Result<Greeting> &greeting) -> Future<Greeting> {
                if (!greeting)
                    return failed<Greeting>(greeting.error().kind, greeting.error().detail);
                return execute({.name = u"qmp_capabilities"_s, .arguments = {}}, deadline)
                    .then([greeting](const Result<QJsonValue> &agreed) -> Result<Greeting> {
                        if (!agreed)
                            return std::unexpected(agreed.error());
                        return greeting;
                    });
            })
        .unwrap();
}

Future<QJsonValue> Client::execute(const Command &command, std::chrono::milliseconds deadline)
{
    return send(command, {}, deadline);
}

Future<QJsonValue> Client::sendWithDescriptor(
    const Command &command, int descriptor, std::chrono::milliseconds deadline)
{
    Descriptor copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return failed<QJsonValue>(Error::Kind::Io, QString::fromLocal8Bit(strerror(errno)));
    return send(command, std::move(copy), deadline);
}

Future<QJsonValue> Client::send(
    const Command &command, Descriptor along, std::chrono::milliseconds deadline)
{
    if (!m_socket)
        return failed<QJsonValue>(Error::Kind::Io, u"monitor is closed"_s);
    const auto id = ++m_lastId;
    auto &promise = m_pending[id];
    promise.start();
    const auto future = promise.future();
    QTimer::singleShot(deadline, this, [this, id, name = command.name] {
        answer({.id = id,
            .value = std::unexpected(
                Error{.kind = Error::Kind::TimedOut, .detail = u"no answer to "_s + name})});
    });
    m_outgoing.push_back({.bytes = encode(command, id), .descriptor = std::move(along)});
    writePending();
    return future;
}

void Client::writePending()
{
    while (m_socket && !m_outgoing.empty()) {
        auto &next = m_outgoing.front();
        const auto sent = sendSome(m_socket.number(), next.bytes, next.descriptor.number());
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (sent < 0)
            return close({.kind = Error::Kind::Io,
                .detail = u"monitor: "_s + QString::fromLocal8Bit(strerror(errno))});
        next.descriptor = Descriptor();
        next.bytes.remove(0, sent);
        if (next.bytes.isEmpty())
            m_outgoing.pop_front();
    }
    m_writable.setEnabled(m_socket && !m_outgoing.empty());
}

void Client::readAvailable()
{
    char buffer[65536];
    for (int reads = 0; m_socket && reads < maxReads; ++reads) {
        const auto count = ::read(m_socket.number(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0)
            return close({.kind = Error::Kind::Io, .detail = u"QEMU closed its monitor"_s});
        const auto lines = m_framer.feed(QByteArray(buffer, count));
        if (!lines)
            return close(lines.error());
        for (const auto &line : *lines)
            handle(line);
    }
}

void Client::handle(const QByteArray &line)
{
    const auto message = decode(line);
    if (!message)
        return close(message.error());
    if (const auto *event = std::get_if<Event>(&*message))
        emit eventReceived(*event);
    else if (const auto *reply = std::get_if<Reply>(&*message))
        answer(*reply);
    else if (!m_greeting.future().isFinished())
        finish<Greeting>(m_greeting, std::get<Greeting>(*message));
}

void Client::answer(const Reply &reply)
{
    const auto found = m_pending.extract(reply.id);
    if (found) // else it came after its deadline
        finish(found.mapped(), reply.value);
}

void Client::close(const Error &reason)
{
    if (!m_socket)
        return;
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
    m_socket = Descriptor();
    m_outgoing.clear();
    if (!m_greeting.future().isFinished())
        finish<Greeting>(m_greeting, std::unexpected(reason));
    for (auto &[id, promise] : std::exchange(m_pending, {}))
        finish<QJsonValue>(promise, std::unexpected(reason));
    emit closed(reason);
}

} // namespace vmm::qmp
