#include "ui/terminal/pty_feed.h"

#include <algorithm>
#include <fcntl.h>
#include <string>
#include <termios.h>
#include <unistd.h>

namespace ui {

namespace {

constexpr qsizetype chunkBytes = 64 << 10;

int openedAgain(int fd)
{
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int own = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own >= 0)
        return own;
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK);
    return copy;
}

void makeRaw(int fd)
{
    termios modes{};
    if (tcgetattr(fd, &modes) == 0) {
        cfmakeraw(&modes);
        tcsetattr(fd, TCSANOW, &modes);
    }
}

} // namespace

PtyFeed::PtyFeed(int slaveFd, QObject *parent)
    : QObject(parent)
    , m_fd(openedAgain(slaveFd))
    , m_writable(m_fd, QSocketNotifier::Write)
{
    makeRaw(slaveFd);
    m_writable.setEnabled(false);
    connect(&m_writable, &QSocketNotifier::activated, this, &PtyFeed::writeSome);
}

PtyFeed::~PtyFeed()
{
    m_writable.setEnabled(false);
    close(m_fd);
}

void PtyFeed::append(const QByteArray &bytes)
{
    m_pending += bytes;
    m_writable.setEnabled(pending() > 0);
}

void PtyFeed::writeSome()
{
    const qsizetype size = std::min(pending(), chunkBytes);
    const ssize_t written = write(m_fd, m_pending.constData() + m_written, size_t(size));
    if (written < 0) {
        if (errno != EAGAIN && errno != EINTR)
            m_writable.setEnabled(false); // the widget is going away
        return;
    }
    m_written += written;
    if (pending() == 0 || m_written > (1 << 20)) {
        m_pending.remove(0, m_written);
        m_written = 0;
    }
    m_writable.setEnabled(pending() > 0);
    emit shrunk(pending());
}

} // namespace ui
