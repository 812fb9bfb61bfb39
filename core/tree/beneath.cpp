#include "core/tree/beneath.h"

#include "core/tree/change.h"

#include <algorithm>
#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace core::tree {

namespace {

constexpr int directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Result<Descriptor> openByComponents(int root, std::string_view path)
{
    Descriptor current(::openat(root, ".", directoryFlags));
    while (current && !path.empty()) {
        const auto slash = path.find('/');
        const std::string name(path.substr(0, slash));
        current = Descriptor(::openat(current.number(), name.c_str(), directoryFlags));
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    if (!current)
        return systemError("open directory");
    return current;
}

struct CloseDirectory
{
    void operator()(DIR *stream) const { ::closedir(stream); }
};

} // namespace

Result<Descriptor> openDirectory(int root, std::string_view path)
{
    const std::string text(path.empty() ? "." : path);
    open_how how = {};
    how.flags = directoryFlags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    const long number = ::syscall(SYS_openat2, root, text.c_str(), &how, sizeof how);
    if (number >= 0)
        return Descriptor(static_cast<int>(number));
    if (errno == ENOSYS)
        return openByComponents(root, path);
    return systemError("open directory");
}

Result<Descriptor> openFile(int directory, const std::string &name)
{
    Descriptor file(::openat(
        directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file)
        return systemError("open file");
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0)
        return systemError("stat file");
    if (!S_ISREG(status.st_mode))
        return systemError("open file", EINVAL);
    return file;
}

Result<Descriptor> openFileAt(int root, std::string_view path)
{
    const SplitPath split = splitPath(path);
    auto parent = openDirectory(root, split.parent);
    if (!parent)
        return std::unexpected(parent.error());
    return openFile(parent->number(), std::string(split.name));
}

Result<struct ::stat> statusOf(int directory, const std::string &name)
{
    struct stat status = {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return systemError("stat");
    return status;
}

Stamp stampOf(const struct ::stat &status)
{
    const auto nanoseconds = [](const timespec &time) {
        return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    };
    return {.device = status.st_dev,
        .inode = status.st_ino,
        .mode = status.st_mode,
        .size = static_cast<std::uint64_t>(status.st_size),
        .mtimeNs = nanoseconds(status.st_mtim),
        .ctimeNs = nanoseconds(status.st_ctim)};
}

Result<std::string> linkTarget(int directory, const std::string &name)
{
    std::array<char, 4097> buffer = {};
    const auto length = ::readlinkat(directory, name.c_str(), buffer.data(), buffer.size());
    if (length < 0)
        return systemError("read link");
    return std::string(buffer.data(), static_cast<std::size_t>(length));
}

Result<std::vector<std::string>> listDirectory(int directory, std::size_t limit)
{
    Descriptor again(::openat(directory, ".", directoryFlags));
    if (!again)
        return systemError("open directory");
    const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(again.number()));
    if (!stream)
        return systemError("list directory");
    (void)again.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent *item = ::readdir(stream.get())) {
        const std::string_view name = item->d_name;
        if (name == "." || name == "..")
            continue;
        if (names.size() == limit)
            return std::unexpected(
                Error{.kind = Error::Kind::TooLarge, .detail = "directory too wide"});
        names.emplace_back(name);
        errno = 0;
    }
    if (errno != 0)
        return systemError("list directory");
    std::ranges::sort(names);
    return names;
}

Result<Content> hashFile(int file, const std::function<void()> &progress)
{
    static thread_local std::string buffer(256 << 10, '\0');
    static thread_local Hasher hasher;
    Content content;
    for (;;) {
        const auto got =
            ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(content.size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int code = errno;
            (void)hasher.finish();
            return systemError("read file", code);
        }
        hasher.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
        content.size += static_cast<std::uint64_t>(got);
        if (got == 0)
            break;
        if (progress && content.size % (8 << 20) == 0)
            progress();
    }
    content.digest = hasher.finish();
    return content;
}

Result<> writeAll(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return systemError("write");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> readSmallFile(int directory, const std::string &name, std::size_t limit)
{
    auto file = openFile(directory, name);
    if (!file)
        return std::unexpected(file.error());
    struct stat status = {};
    if (::fstat(file->number(), &status) != 0)
        return systemError("stat file");
    std::string text(std::min(static_cast<std::size_t>(status.st_size), limit) + 1, '\0');
    std::size_t size = 0;
    while (size <= limit) {
        if (size == text.size())
            text.resize(std::min(size * 2, limit + 1));
        const auto got = ::read(file->number(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return systemError("read file");
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    if (size > limit)
        return std::unexpected(
            Error{.kind = Error::Kind::TooLarge, .detail = name + " is too large"});
    text.resize(size);
    return text;
}

Result<> writeDurably(int directory, const std::string &name, std::string_view bytes)
{
    const std::string temporary = name + ".new";
    Descriptor file(::openat(
        directory, temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return systemError("create " + temporary);
    if (auto written = writeAll(file.number(), bytes); !written)
        return written;
    if (::fsync(file.number()) != 0)
        return systemError("fsync " + temporary);
    if (::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0)
        return systemError("rename " + temporary);
    if (::fsync(directory) != 0)
        return systemError("fsync directory");
    return {};
}

Result<Descriptor> makeDirectoryAt(int directory, const std::string &name)
{
    if (::mkdirat(directory, name.c_str(), 0700) != 0 && errno != EEXIST)
        return systemError("make directory " + name);
    Descriptor made(::openat(directory, name.c_str(), directoryFlags));
    if (!made)
        return systemError("open directory " + name);
    return made;
}

} // namespace core::tree
