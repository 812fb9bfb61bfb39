#include "core/guest/outcome.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace core::guest {

std::unexpected<std::string> systemError(std::string_view what)
{
    return std::unexpected(std::string(what) + ": " + std::strerror(errno));
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
