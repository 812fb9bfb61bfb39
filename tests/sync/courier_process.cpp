#include "courier_process.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

CourierProcess::CourierProcess()
    : area((QFileInfo(u"/dev/shm"_s).isWritable() ? u"/dev/shm"_s : QDir::tempPath()) +
           u"/paddock-courier-XXXXXX"_s)
    , host(area.filePath(u"host/work"_s))
    , guest(area.filePath(u"guest/work"_s))
{
    QDir().mkpath(area.filePath(u"guest/state"_s));
    QDir().mkpath(area.filePath(u"sync"_s));
}

CourierProcess::~CourierProcess()
{
    kill();
}

bool CourierProcess::start(const QJsonObject &configure)
{
    std::array<int, 2> control = {};
    std::array<int, 2> port = {};
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control.data());
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, port.data());
    const QByteArray hostPath = host.path().toUtf8();
    const QByteArray syncPath = area.filePath(u"sync"_s).toUtf8();
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.setChildProcessModifier([=] {
        // Away from the numbers they shall get, then there.
        const int root = ::open(hostPath.constData(), O_RDONLY | O_DIRECTORY);
        const int sync = ::open(syncPath.constData(), O_RDONLY | O_DIRECTORY);
        const std::array<int, 4> high = {::fcntl(control[1], F_DUPFD, 100),
            ::fcntl(port[1], F_DUPFD, 100),
            ::fcntl(root, F_DUPFD, 100),
            ::fcntl(sync, F_DUPFD, 100)};
        for (int i = 0; i < 4; ++i)
            ::dup2(high[static_cast<std::size_t>(i)], 3 + i);
        ::close_range(7, ~0U, CLOSE_RANGE_CLOEXEC);
    });
    process.start(QStringLiteral(PROGRAMS "/paddock-courier"), QStringList());
    if (!process.waitForStarted())
        return false;
    ::close(control[1]);
    ::close(port[1]);
    m_control = control[0];
    m_guestEnd = std::make_unique<GuestEnd>(
        guest.path(), area.filePath(u"guest/state"_s), port[0], boot, GuestEnd::Greeting::Expected);
    QJsonObject message{
        {u"type"_s, u"configure"_s}, {u"workspace"_s, host.path()}, {u"git"_s, QJsonValue::Null}};
    for (auto item = configure.begin(); item != configure.end(); ++item)
        message.insert(item.key(), item.value());
    send(message);
    return true;
}

void CourierProcess::kill()
{
    if (process.state() != QProcess::NotRunning) {
        process.kill();
        process.waitForFinished();
    }
    if (m_guestEnd)
        m_guestEnd->stop(false);
    m_guestEnd.reset();
    if (m_control >= 0)
        ::close(std::exchange(m_control, -1));
    m_input.clear();
}

void CourierProcess::send(const QJsonObject &message)
{
    const QByteArray line = QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
    (void)::send(m_control, line.constData(), static_cast<std::size_t>(line.size()), MSG_NOSIGNAL);
}

void CourierProcess::readMessages(int timeoutMs)
{
    pollfd polled = {.fd = m_control, .events = POLLIN, .revents = 0};
    if (::poll(&polled, 1, timeoutMs) <= 0)
        return;
    QByteArray buffer(64 << 10, '\0');
    const auto got = ::recv(m_control, buffer.data(), static_cast<std::size_t>(buffer.size()), 0);
    if (got <= 0)
        return;
    m_input += buffer.first(got);
    for (qsizetype end = m_input.indexOf('\n'); end >= 0; end = m_input.indexOf('\n')) {
        messages << QJsonDocument::fromJson(m_input.first(end)).object();
        m_input.remove(0, end + 1);
    }
}

bool CourierProcess::waitFor(const QString &type, int timeoutMs)
{
    QElapsedTimer timer;
    timer.start();
    qsizetype seen = messages.size();
    while (timer.elapsed() < timeoutMs) {
        readMessages(20);
        for (; seen < messages.size(); ++seen) {
            if (messages[seen][u"type"_s] == type)
                return true;
        }
    }
    return false;
}

bool CourierProcess::sync()
{
    readMessages(0);
    send({{u"type"_s, u"sync"_s}});
    return waitFor(u"settled"_s);
}

QJsonObject CourierProcess::last(const QString &type) const
{
    for (qsizetype i = messages.size(); i-- > 0;) {
        if (messages[i][u"type"_s] == type)
            return messages[i];
    }
    return {};
}
