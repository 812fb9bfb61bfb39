#include "core/guest/dockerd.h"

#include "core/guest/places.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace core::guest {
namespace {

constexpr std::int64_t firstRetryMs = 1000;
constexpr std::int64_t longestRetryMs = 60'000;
constexpr off_t reasonBytes = 300;

/// The end of the daemon's log: why it gave up, in its own words.
std::string lastWords()
{
    const int log = ::open(dockerLog, O_RDONLY | O_CLOEXEC);
    if (log < 0)
        return {};
    const auto size = ::lseek(log, 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::min(size, reasonBytes)), '\0');
    const auto count =
        ::pread(log, text.data(), text.size(), std::max<off_t>(0, size - reasonBytes));
    ::close(log);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

/// Ours, but that the first runc and containerd in PATH are the agent, for dockerd, its containerd
/// and BuildKit. Where a link is missing, the real one is found.
std::vector<std::string> daemonEnvironment()
{
    ::mkdir(runtimeDirectory, 0755);
    for (const char *program : runtimePrograms)
        if (::symlink(agentBinary, program) != 0 && errno != EEXIST)
            std::fprintf(stderr, "guest: %s: %s\n", program, std::strerror(errno));
    std::vector<std::string> variables;
    for (char **variable = environ; *variable; ++variable) {
        variables.emplace_back(*variable);
        if (variables.back().starts_with("PATH="))
            variables.back().insert(5, std::string(runtimeDirectory) + ":");
    }
    return variables;
}

} // namespace

Dockerd::~Dockerd()
{
    closeSocket();
}

void Dockerd::start()
{
    if (m_wanted == Wanted::On)
        return;
    m_wanted = Wanted::On;
    spawn();
}

void Dockerd::stop()
{
    m_wanted = Wanted::Off;
    closeSocket();
    if (m_child > 0)
        ::kill(m_child, SIGTERM);
    else
        setState(State::Off);
}

void Dockerd::spawn()
{
    setState(State::Starting);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, dockerLog, O_WRONLY | O_CREAT | O_TRUNC, 0640);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_t attributes{};
    sigset_t none{};
    sigset_t all{};
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);

    auto variables = daemonEnvironment();
    std::array<std::string, 7> words{
        "dockerd", "--log-level", "warn", "--storage-driver", "overlay2", "--group", "docker"};
    std::array<char *, words.size() + 1> argv{};
    std::ranges::transform(words, argv.begin(), [](std::string &word) { return word.data(); });
    std::vector<char *> environment;
    for (auto &variable : variables)
        environment.push_back(variable.data());
    environment.push_back(nullptr);
    const int error = ::posix_spawn(
        &m_child, "/usr/sbin/dockerd", &actions, &attributes, argv.data(), environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        m_child = -1;
        m_reason = std::string("dockerd cannot start: ") + std::strerror(error);
        m_wanted = Wanted::Off; // the program is not there; trying again would not help
        setState(State::Failed);
    }
}

bool Dockerd::isUnsettled() const
{
    return m_changed || m_state == State::Starting || (m_child <= 0 && m_wanted == Wanted::On);
}

bool Dockerd::tick(std::int64_t nowMs)
{
    if (m_state == State::Starting && m_child > 0 && askSocket()) {
        m_failures = 0;
        setState(State::Ready);
    }
    if (m_child <= 0 && m_wanted == Wanted::On) {
        if (m_retryAtMs == 0)
            m_retryAtMs = nowMs + std::min(longestRetryMs, firstRetryMs << std::min(m_failures, 6));
        else if (nowMs >= m_retryAtMs)
            spawn();
    }
    return std::exchange(m_changed, false);
}

bool Dockerd::exited(pid_t child, int status)
{
    if (child != m_child || child <= 0)
        return false;
    m_child = -1;
    m_retryAtMs = 0;
    closeSocket();
    if (m_wanted == Wanted::Off) {
        setState(State::Off);
        return true;
    }
    ++m_failures;
    m_reason = (WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                                  : "signal " + std::to_string(WTERMSIG(status))) +
               "; " + lastWords();
    setState(State::Failed);
    return true;
}

/// One step of `GET /_ping`; true when the daemon has answered. The socket exists before the daemon
/// serves it, so only an answer counts.
bool Dockerd::askSocket()
{
    if (m_socket < 0) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, dockerSocket, sizeof(address.sun_path) - 1);
        m_socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        constexpr std::string_view request = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
        if (::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) !=
                0 ||
            ::send(m_socket, request.data(), request.size(), MSG_NOSIGNAL) < 0)
            closeSocket();
        return false;
    }
    std::array<char, 64> answer{};
    const auto count = ::recv(m_socket, answer.data(), answer.size(), 0);
    if (count < 0 && errno == EAGAIN)
        return false;
    closeSocket();
    return count > 0 &&
           std::string_view(answer.data(), static_cast<std::size_t>(count)).contains(" 200 ");
}

void Dockerd::closeSocket()
{
    if (m_socket >= 0)
        ::close(std::exchange(m_socket, -1));
}

void Dockerd::setState(State state)
{
    m_changed = m_changed || state != m_state;
    m_state = state;
}

std::string Dockerd::stateText() const
{
    switch (m_state) {
    case State::Off:
        return "off";
    case State::Starting:
        return "starting";
    case State::Ready:
        return "ready";
    case State::Failed:
        return "failed: " + m_reason;
    }
    std::unreachable();
}

} // namespace core::guest
