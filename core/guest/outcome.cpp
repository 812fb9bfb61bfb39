#include "core/guest/outcome.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace core::guest {

std::unexpected<std::string> systemError(std::string_view what)
{
    return std::unexpected(std::string(what) + ": " + std::strerror(errno));
}

Outcome<> run(const std::vector<std::string> &argv)
{
    std::vector<char *> arguments;
    for (const auto &argument : argv)
        arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);

    pid_t child = -1;
    if (const int error =
            ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ)) {
        errno = error;
        return systemError(argv.front());
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return systemError(argv.front());
    if (status != 0)
        return std::unexpected(argv.front() + " failed, status " + std::to_string(status));
    return {};
}

Outcome<> writeText(const char *path, std::string_view text)
{
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return systemError(path);
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const auto outcome = written ? Outcome<>() : Outcome<>(systemError(path));
    ::close(file);
    return outcome;
}

} // namespace core::guest
