#include "core/tree/stage.h"

#include "core/tree/beneath.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <utility>

namespace core::tree {

namespace {

constexpr std::uint64_t reserveAbove = 1 << 20;
constexpr std::uint64_t mostHeld = 64 << 20;
constexpr std::uint64_t lookEvery = 4 << 20; ///< held bytes between two looks at the disk

Result<> copyContent(int from, int to)
{
    for (;;) {
        const auto copied = ::copy_file_range(from, nullptr, to, nullptr, 1 << 30, 0);
        if (copied == 0)
            return {};
        if (copied < 0 && errno != EINTR)
            return systemError("copy file");
    }
}

bool isStagedContent(int directory, const std::string &name)
{
    const auto file = openFile(directory, name);
    if (!file)
        return false;
    const auto content = hashFile(file->number());
    return content && toHex(content->digest) == name;
}

void rescueLeftovers(int directory, int rescue)
{
    const auto names = listDirectory(directory, std::numeric_limits<std::size_t>::max());
    if (!names)
        return;
    for (const std::string &name : *names) {
        if (isStagedContent(directory, name))
            continue;
        std::string kept = name;
        for (int attempt = 1; attempt < 100; ++attempt) {
            if (::renameat2(directory, name.c_str(), rescue, kept.c_str(), RENAME_NOREPLACE) == 0 ||
                errno != EEXIST)
                break;
            kept = name + "~" + std::to_string(attempt);
        }
    }
}

} // namespace

void emptyDirectory(int directory)
{
    const auto names = listDirectory(directory, std::numeric_limits<std::size_t>::max());
    if (!names)
        return;
    for (const std::string &name : *names) {
        if (::unlinkat(directory, name.c_str(), 0) == 0)
            continue;
        if (const auto below = openDirectory(directory, name)) {
            emptyDirectory(below->number());
            ::unlinkat(directory, name.c_str(), AT_REMOVEDIR);
        }
    }
}

Stage::Stage(Descriptor directory, std::uint64_t freeFloor, int rescue)
    : m_directory(std::move(directory))
    , m_freeFloor(freeFloor)
{
    if (rescue >= 0)
        rescueLeftovers(m_directory.number(), rescue);
    emptyDirectory(m_directory.number());
}

bool Stage::hasRoomFor(std::uint64_t size) const
{
    struct statvfs disk = {};
    if (size == 0 || ::fstatvfs(m_directory.number(), &disk) != 0)
        return true;
    const std::uint64_t free = disk.f_bavail * disk.f_frsize;
    return free >= m_freeFloor && free - m_freeFloor >= size;
}

Result<bool> Stage::hold(const Digest &digest, std::string content)
{
    if (m_heldBytes + content.size() > mostHeld)
        return false;
    if (digestOf(content) != digest)
        return malformed("content is not what was announced");
    const std::uint64_t before = m_heldBytes;
    const bool look = before == 0 || before / lookEvery != (before + content.size()) / lookEvery;
    if (look && !hasRoomFor(before + content.size() + lookEvery))
        return systemError("stage", ENOSPC);
    m_heldBytes += content.size();
    m_held.insert_or_assign(digest, std::move(content));
    return true;
}

const std::string *Stage::held(const Digest &digest) const
{
    const auto found = m_held.find(digest);
    return found == m_held.end() ? nullptr : &found->second;
}

Result<> Stage::begin(const Digest &digest, std::uint64_t size)
{
    abandon();
    if (!hasRoomFor(size))
        return systemError("stage", ENOSPC);
    const std::string name = toHex(digest);
    m_file = Descriptor(::openat(m_directory.number(),
        name.c_str(),
        O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
        0600));
    if (!m_file)
        return systemError("stage");
    m_expected = digest;
    m_size = size;
    m_received = 0;
    if (size > reserveAbove) {
        const int code = ::posix_fallocate(m_file.number(), 0, static_cast<off_t>(size));
        if (code == ENOSPC || code == EDQUOT) {
            abandon();
            return systemError("stage", code);
        }
    }
    return {};
}

Result<> Stage::append(std::string_view bytes)
{
    if (!m_file)
        return malformed("content without a file");
    if (bytes.size() > m_size - m_received) {
        abandon();
        return std::unexpected(
            Error{.kind = Error::Kind::TooLarge, .detail = "longer than announced"});
    }
    if (auto written = writeAll(m_file.number(), bytes); !written) {
        abandon();
        return written;
    }
    m_hasher.update(bytes);
    m_received += bytes.size();
    return {};
}

Result<> Stage::finish(Flush flush)
{
    if (!m_file)
        return malformed("end of content without a file");
    if (m_received != m_size || m_hasher.finish() != m_expected) {
        abandon();
        return malformed("content is not what was announced");
    }
    if (flush == Flush::Each && ::fdatasync(m_file.number()) != 0) {
        const int code = errno;
        abandon();
        return systemError("flush", code);
    }
    m_file = Descriptor();
    m_staged.insert(m_expected);
    return {};
}

void Stage::abandon()
{
    if (!m_file)
        return;
    (void)m_hasher.finish();
    m_file = Descriptor();
    ::unlinkat(m_directory.number(), toHex(m_expected).c_str(), 0);
}

void Stage::clear()
{
    abandon();
    for (const Digest &digest : m_staged)
        ::unlinkat(m_directory.number(), toHex(digest).c_str(), 0);
    m_staged.clear();
    m_held.clear();
    m_heldBytes = 0;
}

std::string Stage::freshName()
{
    return "work-" + std::to_string(++m_counter);
}

Result<std::string> Stage::take(const Digest &digest, bool last)
{
    if (!has(digest))
        return systemError("content is missing", ENODATA);
    std::string name = toHex(digest);
    if (last && m_staged.contains(digest)) {
        m_staged.erase(digest);
        return name;
    }
    const std::string *const content = held(digest);
    auto source = content ? Result<Descriptor>() : openFile(m_directory.number(), name);
    if (!source)
        return std::unexpected(source.error());
    std::string copy = freshName();
    const Descriptor target(::openat(m_directory.number(),
        copy.c_str(),
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
        0600));
    if (!target)
        return systemError("copy");
    auto copied = content ? writeAll(target.number(), *content)
                          : copyContent(source->number(), target.number());
    if (!copied) {
        ::unlinkat(m_directory.number(), copy.c_str(), 0);
        return std::unexpected(copied.error());
    }
    return copy;
}

} // namespace core::tree
