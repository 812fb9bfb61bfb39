#include "core/guest/files.h"

#include "core/guest/descriptor.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::guest {

/// In large pieces: character by character the trusted roots alone take 50 ms in an emulated
/// machine.
std::string readFile(const std::string &path)
{
    constexpr std::size_t atOnce = 256 << 10;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string content;
    ssize_t count = file.isOpen() ? 1 : 0;
    while (count > 0) {
        const std::size_t filled = content.size();
        content.resize_and_overwrite(filled + atOnce, [&](char *bytes, std::size_t) {
            do
                count = ::read(file.value(), bytes + filled, atOnce);
            while (count < 0 && errno == EINTR);
            return filled + static_cast<std::size_t>(count > 0 ? count : 0);
        });
    }
    return content;
}

Outcome<> replaceFile(
    const std::string &path, std::string_view content, mode_t mode, Ownership owner)
{
    const std::string temporary = path + ".paddock-new";
    ::unlink(temporary.c_str());
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.isOpen())
        return systemError(path);
    while (!content.empty()) {
        const auto count = ::write(file.value(), content.data(), content.size());
        if (count < 0 && errno != EINTR)
            return systemError(path);
        content.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    if (::fchown(file.value(), owner.uid, owner.gid) != 0 || ::fchmod(file.value(), mode) != 0 ||
        ::rename(temporary.c_str(), path.c_str()) != 0)
        return systemError(path);
    return {};
}

Outcome<> makeDirectories(const std::string &path, Ownership owner)
{
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        struct stat status{};
        if (::mkdir(part.c_str(), 0755) == 0) {
            if (::chown(part.c_str(), owner.uid, owner.gid) != 0)
                return systemError(part);
        } else if (errno != EEXIST || ::lstat(part.c_str(), &status) != 0) {
            return systemError(part);
        } else if (!S_ISDIR(status.st_mode)) {
            return std::unexpected(part + " is no directory in the guest");
        }
        if (end == std::string::npos)
            return {};
    }
}

} // namespace core::guest
