#include "core/guest/block_disks.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace core::guest {
namespace {

constexpr int pollMs = 5;

enum class Content { Empty, Ext4, Other };

std::string textOf(const std::string &path)
{
    std::array<char, 64> buffer{};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    const auto count = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    std::string text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\0'))
        text.pop_back();
    return text;
}

std::string findDisk(std::string_view serial)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir("/sys/block"), ::closedir);
    while (directory) {
        const auto *entry = ::readdir(directory.get());
        if (!entry)
            break;
        const std::string name = entry->d_name;
        if (name.starts_with("vd") && textOf("/sys/block/" + name + "/serial") == serial)
            return "/dev/" + name;
    }
    return {};
}

/// Looks at the first 64 KiB; ext4's magic number is at 1080 (kernel documentation,
/// ext4/super.rst).
Outcome<Content> contentOf(const std::string &device)
{
    std::string start(64 << 10, '\0');
    const int disk = ::open(device.c_str(), O_RDONLY | O_CLOEXEC);
    if (disk < 0)
        return systemError(device);
    const auto count = ::read(disk, start.data(), start.size());
    ::close(disk);
    if (count != static_cast<ssize_t>(start.size()))
        return systemError("read " + device);
    if (start[1080] == '\x53' && start[1081] == '\xef')
        return Content::Ext4;
    return std::ranges::all_of(start, [](char byte) { return byte == 0; }) ? Content::Empty
                                                                           : Content::Other;
}

/// Tables and journal are initialised later, in the background: a new disk is ready at once.
Outcome<pid_t> startFormatting(const std::string &device)
{
    std::array<std::string, 6> words{
        "mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", device};
    std::array<char *, words.size() + 1> argv{};
    std::ranges::transform(words, argv.begin(), [](std::string &word) { return word.data(); });
    pid_t child = -1;
    if (const int error =
            ::posix_spawn(&child, "/sbin/mkfs.ext4", nullptr, nullptr, argv.data(), environ)) {
        errno = error;
        return systemError("mkfs.ext4");
    }
    return child;
}

} // namespace

Outcome<std::string> diskBySerial(std::string_view serial, int patienceMs)
{
    for (int waited = 0;; waited += pollMs) {
        if (auto device = findDisk(serial); !device.empty())
            return device;
        if (waited >= patienceMs)
            return std::unexpected(
                "there is no disk with the serial number " + std::string(serial));
        const timespec pause{.tv_sec = 0, .tv_nsec = pollMs * 1'000'000L};
        ::nanosleep(&pause, nullptr);
    }
}

Outcome<> formatEmptyDisks(const std::vector<std::string> &devices)
{
    std::vector<pid_t> children;
    Outcome<> outcome;
    for (const auto &device : devices) {
        const auto content = contentOf(device);
        if (!content)
            return std::unexpected(content.error());
        if (*content == Content::Other)
            return std::unexpected(device + " holds something that is not ours");
        if (*content == Content::Ext4)
            continue;
        const auto child = startFormatting(device);
        if (!child)
            return std::unexpected(child.error());
        children.push_back(*child);
    }
    for (const auto child : children) {
        int status = 0;
        if (::waitpid(child, &status, 0) != child || status != 0)
            outcome = std::unexpected("mkfs.ext4 failed, status " + std::to_string(status));
    }
    return outcome;
}

} // namespace core::guest
