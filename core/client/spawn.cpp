#include "core/client/spawn.h"

#include <QFile>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace core {

namespace {

/// Runs between fork and exec: only async-signal-safe calls.
[[noreturn]] void becomeProgram(const SpawnRequest &request, char *const *arguments)
{
    setsid();
    // Nobody here waits for the grandchild: it belongs to init when its parent ends.
    if (fork() != 0)
        _exit(0);
    // Each is moved above 2 first, so that no stream overwrites another before it is used.
    const int input = fcntl(request.input, F_DUPFD, 3);
    const int output = fcntl(request.output, F_DUPFD, 3);
    const int error = fcntl(request.error, F_DUPFD, 3);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    close_range(3, ~0U, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGQUIT, SIGPIPE, SIGHUP, SIGTERM, SIGWINCH})
        std::signal(number, SIG_DFL); // NOLINT(cert-err33-c)
    execv(arguments[0], arguments);
    _exit(127);
}

} // namespace

UniqueDescriptor::UniqueDescriptor(UniqueDescriptor &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

UniqueDescriptor &UniqueDescriptor::operator=(UniqueDescriptor &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

UniqueDescriptor::~UniqueDescriptor()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

Result<Pipe> makePipe()
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return std::unexpected(Error{Error::Kind::Failed, u"no more descriptors"_s});
    return Pipe{UniqueDescriptor(ends[0]), UniqueDescriptor(ends[1])};
}

Result<> spawnDetached(const SpawnRequest &request)
{
    std::vector<QByteArray> texts{QFile::encodeName(request.program)};
    for (const QString &argument : request.arguments)
        texts.push_back(argument.toLocal8Bit());
    std::vector<char *> arguments;
    arguments.reserve(texts.size() + 1);
    for (QByteArray &text : texts)
        arguments.push_back(text.data());
    arguments.push_back(nullptr);

    const pid_t child = fork();
    if (child == 0)
        becomeProgram(request, arguments.data());
    if (child < 0)
        return std::unexpected(Error{Error::Kind::Failed, u"cannot start "_s + request.program});
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return {};
}

} // namespace core
