#include "gateway_process.h"

#include "core/gateway/authority.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonDocument>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

/// Moves a descriptor above those the program is given, so that placing them overwrites none.
int above(int descriptor)
{
    const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 20);
    ::close(descriptor);
    return moved;
}

pid_t launch(int control, int log, int port, int blobs)
{
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    ::dup2(control, 3);
    ::dup2(log, 4);
    ::dup2(port, 5);
    if (blobs >= 0)
        ::dup2(blobs, 6);
    ::execl(PROGRAMS "/paddock-gateway", "paddock-gateway", nullptr);
    ::_exit(127);
}

} // namespace

GatewayProcess::GatewayProcess(const QJsonObject &changes, int blobs)
{
    int control[2];
    int port[2];
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control);
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, port);
    m_log = above(::memfd_create("log", MFD_CLOEXEC));
    m_control = above(control[0]);
    const int theirControl = above(control[1]);
    const int ourPort = above(port[0]);
    const int theirPort = above(port[1]);
    const int theirBlobs = blobs < 0 ? -1 : above(::dup(blobs));
    m_process = launch(theirControl, m_log, theirPort, theirBlobs);
    ::close(theirControl);
    ::close(theirPort);
    ::close(theirBlobs);
    m_guest = std::make_unique<GuestSide>(ourPort);

    const auto pem = core::gateway::makeAuthority("web-shop");
    m_authority = pem->certificate;
    QJsonObject configuration{{u"type"_s, u"configure"_s},
        {u"sandbox"_s, u"web-shop"_s},
        {u"mode"_s, u"locked"_s},
        {u"globalPolicy"_s, QString()},
        {u"sandboxPolicy"_s, QString()},
        {u"ca"_s,
            QJsonObject{{u"certificate"_s, QString::fromStdString(pem->certificate)},
                {u"key"_s, QString::fromStdString(pem->key)}}}};
    for (auto each = changes.begin(); each != changes.end(); ++each)
        configuration.insert(each.key(), each.value());
    send(configuration);
    m_ready = await(u"ready"_s);
}

GatewayProcess::~GatewayProcess()
{
    m_guest.reset();
    ::close(m_control);
    ::close(m_log);
    if (m_process > 0) {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }
}

void GatewayProcess::send(const QJsonObject &message)
{
    const auto line = QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
    ::send(m_control, line.data(), static_cast<std::size_t>(line.size()), MSG_NOSIGNAL);
}

bool GatewayProcess::readMessages(int timeoutMs)
{
    pollfd ready{.fd = m_control, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, timeoutMs) <= 0)
        return false;
    char room[65536];
    const auto count = ::recv(m_control, room, sizeof room, 0);
    if (count <= 0)
        return false;
    m_input.append(room, count);
    for (auto end = m_input.indexOf('\n'); end >= 0; end = m_input.indexOf('\n')) {
        m_messages.append(QJsonDocument::fromJson(m_input.first(end)).object());
        m_input.remove(0, end + 1);
    }
    return true;
}

QJsonObject GatewayProcess::await(const QString &type)
{
    const QDeadlineTimer deadline(5000);
    while (true) {
        for (qsizetype i = 0; i < m_messages.size(); ++i)
            if (m_messages[i].value(u"type"_s) == type)
                return m_messages.takeAt(i);
        if (deadline.hasExpired())
            return {};
        readMessages(50);
    }
}

QJsonObject GatewayProcess::awaitRecord(const QString &host)
{
    while (true) {
        const auto record = await(u"connection"_s);
        if (record.isEmpty() || record.value(u"host"_s) == host)
            return record;
    }
}

QByteArray GatewayProcess::log() const
{
    QByteArray bytes(1 << 20, '\0');
    bytes.resize(::pread(m_log, bytes.data(), static_cast<std::size_t>(bytes.size()), 0));
    return bytes;
}

bool GatewayProcess::endsWithItsPort()
{
    m_guest.reset();
    const QDeadlineTimer deadline(5000);
    while (!deadline.hasExpired()) {
        if (::waitpid(m_process, nullptr, WNOHANG) == m_process) {
            m_process = -1;
            return true;
        }
        readMessages(20);
    }
    return false;
}

QJsonObject GatewayProcess::policy(const QString &rules)
{
    return {{u"type"_s, u"policy"_s},
        {u"mode"_s, u"locked"_s},
        {u"sandboxPolicy"_s, u"paddock-policy 1\n"_s + rules}};
}
