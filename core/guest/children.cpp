#include "core/guest/children.h"

#include <array>
#include <csignal>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace core::guest {

Children::Children(EventLoop &loop)
    : m_loop(loop)
{
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    m_signals = Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    m_loop.watch(m_signals.value(), EPOLLIN, [this](std::uint32_t) { reap(); });
}

Children::~Children()
{
    m_loop.forget(m_signals.value());
}

void Children::forget(pid_t child)
{
    // Still reaped, with nobody to tell.
    if (const auto found = m_expected.find(child); found != m_expected.end())
        found->second = {};
}

void Children::reap()
{
    std::array<signalfd_siginfo, 16> pending{};
    while (::read(m_signals.value(), pending.data(), sizeof(pending)) > 0) {
    }
    int status = 0;
    for (pid_t child = ::waitpid(-1, &status, WNOHANG); child > 0;
        child = ::waitpid(-1, &status, WNOHANG)) {
        if (m_any)
            m_any(child, status);
        auto expected = m_expected.extract(child);
        if (!expected.empty() && expected.mapped())
            expected.mapped()(status);
    }
}

} // namespace core::guest
