#include "core/guest/role.h"

#include "core/guest/places.h"
#include "core/guest/spawn.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>

namespace core::guest {

namespace {

using namespace std::chrono_literals;

constexpr auto firstRetry = 200ms;
constexpr int mostDoublings = 6;
constexpr auto goodRun = 30s;

std::string describe(int waitStatus)
{
    if (WIFSIGNALED(waitStatus))
        return "signal " + std::to_string(WTERMSIG(waitStatus));
    return "exit code " + std::to_string(WEXITSTATUS(waitStatus));
}

} // namespace

Role::Role(EventLoop &loop,
    Children &children,
    std::string name,
    std::function<void(const std::string &)> ended)
    : m_loop(loop)
    , m_children(children)
    , m_name(std::move(name))
    , m_ended(std::move(ended))
{
}

void Role::start()
{
    m_wanted = true;
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const User root{
        .name = "root", .uid = 0, .gid = 0, .groups = {0}, .home = "/root", .shell = "/bin/sh"};
    const auto child = spawn({.argv = {agentBinary, m_name},
        .environment = loginEnvironment(root),
        .directory = "/",
        .user = root,
        .input = nothing.value(),
        .output = STDOUT_FILENO,
        .error = STDERR_FILENO});
    m_startedAt = EventLoop::Clock::now();
    if (!child)
        return exited(0x7f00);
    m_child = *child;
    m_children.expect(m_child, [this](int status) { exited(status); });
}

void Role::exited(int waitStatus)
{
    m_child = -1;
    if (!m_wanted)
        return;
    m_failures = EventLoop::Clock::now() - m_startedAt > goodRun ? 0 : m_failures + 1;
    m_loop.after(firstRetry * (1 << std::min(m_failures, mostDoublings)), [this] {
        if (m_wanted)
            start();
    });
    m_ended(describe(waitStatus));
}

void Role::stop()
{
    m_wanted = false;
    if (m_child > 0)
        ::kill(m_child, SIGTERM);
}

} // namespace core::guest
