#include "core/guest/spawn.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace core::guest {

namespace {

constexpr char defaultPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

enum class Step { None, User, Directory, Terminal, Program };

/// Written by the child, which shares our memory until it executes the program.
struct Report
{
    volatile Step step = Step::None;
    volatile int error = 0;
};

struct Prepared
{
    std::string program;
    std::vector<std::string> assignments;
    std::vector<char *> argv;
    std::vector<char *> environment;
};

bool isProgram(const std::string &path)
{
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           (status.st_mode & 0111) != 0;
}

std::string findProgram(const std::string &name, std::string_view path)
{
    if (name.contains('/'))
        return name;
    while (!path.empty()) {
        const auto end = std::min(path.find(':'), path.size());
        const std::string candidate = std::string(path.substr(0, end)) + "/" + name;
        if (candidate.starts_with('/') && isProgram(candidate))
            return candidate;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return {};
}

Prepared prepare(const Launch &launch)
{
    Prepared prepared;
    const auto path = launch.environment.find("PATH");
    prepared.program = findProgram(
        launch.argv.front(), path == launch.environment.end() ? defaultPath : path->second);
    for (const auto &argument : launch.argv)
        prepared.argv.push_back(const_cast<char *>(argument.c_str()));
    prepared.argv.push_back(nullptr);
    for (const auto &[name, value] : launch.environment)
        prepared.assignments.push_back(name + "=" + value);
    for (auto &assignment : prepared.assignments)
        prepared.environment.push_back(assignment.data());
    prepared.environment.push_back(nullptr);
    return prepared;
}

[[noreturn]] void giveUp(Report &report, Step step)
{
    report.error = errno;
    report.step = step;
    ::_exit(127);
}

void resetSignals()
{
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &standard, nullptr);
    sigset_t none{};
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Raw calls: glibc's wrappers would tell the other threads of the process, and the child shares
/// its memory.
bool becomeUser(const User &user)
{
    if (::geteuid() == user.uid && user.uid != 0)
        return true; // nothing to drop, and not allowed to try (a test)
    return ::syscall(SYS_setgroups, user.groups.size(), user.groups.data()) == 0 &&
           ::syscall(SYS_setgid, user.gid) == 0 && ::syscall(SYS_setuid, user.uid) == 0;
}

[[noreturn]] void runChild(const Launch &launch, const Prepared &prepared, Report &report)
{
    ::setsid();
    const std::array wanted{launch.input, launch.output, launch.error};
    for (int i = 0; i < 3; ++i)
        ::dup2(wanted[static_cast<std::size_t>(i)], i);
    if (launch.terminal && ::ioctl(0, TIOCSCTTY, 0) != 0)
        giveUp(report, Step::Terminal);
    if (!becomeUser(launch.user))
        giveUp(report, Step::User);
    if (::chdir(launch.directory.c_str()) != 0)
        giveUp(report, Step::Directory);
    resetSignals();
    ::execve(prepared.program.c_str(), prepared.argv.data(), prepared.environment.data());
    giveUp(report, Step::Program);
}

std::string describe(const Launch &launch, const Report &report)
{
    const std::string why = std::strerror(report.error);
    switch (report.step) {
    case Step::Directory:
        return "cannot enter " + launch.directory + ": " + why;
    case Step::Terminal:
        return "cannot take the terminal: " + why;
    case Step::User:
        return "cannot become " + launch.user.name + ": " + why;
    case Step::None:
    case Step::Program:
        break;
    }
    return launch.argv.front() + ": " + why;
}

Environment ownEnvironment()
{
    Environment environment;
    for (char **at = environ; *at; ++at) {
        const std::string_view setting = *at;
        const std::size_t equals = std::min(setting.find('='), setting.size());
        environment.emplace(
            setting.substr(0, equals), setting.substr(std::min(equals + 1, setting.size())));
    }
    return environment;
}

} // namespace

Outcome<pid_t> spawn(const Launch &launch)
{
    const Prepared prepared = prepare(launch);
    if (prepared.program.empty())
        return std::unexpected(launch.argv.front() + ": command not found");
    Report report;
    const pid_t child =
        ::vfork(); // a fork would copy our page tables, and double the time of a short command
    if (child == 0)
        runChild(launch, prepared, report);
    if (child < 0)
        return systemError("cannot start a process");
    if (report.step != Step::None)
        return std::unexpected(
            describe(launch, report)); // the child itself is reaped like any other
    return child;
}

Outcome<> run(const std::vector<std::string> &argv)
{
    const auto child = spawn({.argv = argv,
        .environment = ownEnvironment(),
        .directory = "/",
        .user = {.name = "root",
            .uid = ::geteuid(),
            .gid = ::getegid(),
            .groups = {},
            .home = {},
            .shell = {}},
        .input = STDIN_FILENO,
        .output = STDOUT_FILENO,
        .error = STDERR_FILENO});
    if (!child)
        return std::unexpected(child.error());
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0)
        if (errno != EINTR)
            return systemError(argv.front());
    if (status != 0)
        return std::unexpected(argv.front() + " failed, status " + std::to_string(status));
    return {};
}

Environment loginEnvironment(const User &user)
{
    return {{"HOME", user.home},
        {"LANG", "C.UTF-8"},
        {"LOGNAME", user.name},
        {"PATH", user.home + "/.local/bin:" + defaultPath},
        {"SHELL", user.shell},
        {"USER", user.name}};
}

} // namespace core::guest
