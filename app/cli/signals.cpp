#include "app/cli/signals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::array watched{SIGINT, SIGTERM, SIGHUP, SIGWINCH};

/// The handler may only write to a pipe; the event loop reads it.
int pipeEnds[2] = {-1, -1};

int readEnd()
{
    if (pipeEnds[0] < 0 && pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("no pipe");
    return pipeEnds[0];
}

void handle(int number)
{
    const int error = errno;
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = write(pipeEnds[1], &byte, 1);
    errno = error;
}

void install(void (*handler)(int))
{
    for (const int number : watched) {
        struct sigaction action{};
        action.sa_handler = handler;
        action.sa_flags = SA_RESTART;
        sigaction(number, &action, nullptr);
    }
}

} // namespace

Signals::Signals(QObject *parent)
    : QObject(parent)
    , m_notifier(readEnd(), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        char bytes[64];
        const ssize_t count = read(pipeEnds[0], bytes, sizeof bytes);
        for (ssize_t i = 0; i < count; ++i)
            emit arrived(bytes[i]);
    });
    install(handle);
}

Signals::~Signals()
{
    install(SIG_DFL);
}

} // namespace cli
