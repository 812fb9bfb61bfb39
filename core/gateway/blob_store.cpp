#include "core/gateway/blob_store.h"

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <format>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace core::gateway {

namespace {

std::string hexOf(std::span<const unsigned char> bytes)
{
    std::string text;
    for (const auto byte : bytes)
        text += std::format("{:02x}", byte);
    return text;
}

std::string partialName()
{
    std::array<unsigned char, 12> random{};
    RAND_bytes(random.data(), static_cast<int>(random.size()));
    return partialMark + hexOf(random);
}

/// The plain files in a directory; a name that has just gone is left out.
std::vector<StoredFile> filesIn(int directory)
{
    std::vector<StoredFile> files;
    const int listing = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = listing < 0 ? nullptr : ::fdopendir(listing);
    if (stream == nullptr)
        return files;
    while (const dirent *entry = ::readdir(stream)) {
        struct stat info{};
        if (::fstatat(directory, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode))
            files.push_back({.name = entry->d_name,
                .size = static_cast<std::uint64_t>(info.st_size),
                .used = info.st_mtime});
    }
    ::closedir(stream);
    return files;
}

} // namespace

Digest::Digest()
    : m_context(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
{
    EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr);
}

void Digest::add(std::string_view bytes)
{
    EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
}

std::string Digest::hex()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_context.get(), bytes.data(), &size);
    return hexOf(std::span(bytes).first(size));
}

StoredBlob::StoredBlob(int descriptor, std::uint64_t size)
    : m_descriptor(descriptor)
    , m_size(size)
{
}

StoredBlob::~StoredBlob()
{
    ::close(m_descriptor);
}

std::size_t StoredBlob::read(std::uint64_t offset, std::span<char> room) const
{
    const auto count = ::pread(m_descriptor, room.data(), room.size(), static_cast<off_t>(offset));
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

Async<bool> StoredBlob::hasDigest(asio::any_io_executor executor, std::string digest) const
{
    Digest made;
    std::vector<char> room(256 << 10);
    std::uint64_t offset = 0;
    while (const auto count = read(offset, room)) {
        made.add({room.data(), count});
        offset += count;
        co_await asio::post(executor, asio::use_awaitable);
    }
    co_return offset == m_size &&made.hex() == digest;
}

BlobWriter::BlobWriter(int directory, BlobName name, std::uint64_t most)
    : m_directory(directory)
    , m_name(std::move(name))
    , m_left(most)
    , m_partial(partialName())
    , m_descriptor(::openat(
          directory, m_partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600))
{
}

BlobWriter::~BlobWriter()
{
    abandon();
}

void BlobWriter::abandon()
{
    if (m_descriptor < 0)
        return;
    ::close(std::exchange(m_descriptor, -1));
    ::unlinkat(m_directory, m_partial.c_str(), 0);
}

void BlobWriter::append(std::string_view bytes)
{
    if (m_descriptor < 0)
        return;
    if (bytes.size() > m_left)
        return abandon();
    m_left -= bytes.size();
    m_digest.add(bytes);
    while (!bytes.empty()) {
        const auto count = ::write(m_descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return abandon();
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool BlobWriter::commit()
{
    if (m_descriptor < 0)
        return false;
    const bool right = m_digest.hex() == m_name.digest;
    if (!right)
        std::fprintf(stderr,
            "%s sent something else as the blob %s; it is not kept\n",
            m_name.registry.c_str(),
            m_name.digest.c_str());
    const auto name = m_name.fileName();
    if (!right || ::renameat(m_directory, m_partial.c_str(), m_directory, name.c_str()) != 0) {
        abandon();
        return false;
    }
    ::close(std::exchange(m_descriptor, -1));
    return true;
}

BlobStore::BlobStore(int directory, CacheSettings settings)
    : m_directory(directory)
    , m_settings(std::move(settings))
{
}

std::string BlobStore::registryAt(const policy::Host &host, std::uint16_t port) const
{
    auto name = host.name + ":" + std::to_string(port);
    return std::ranges::find(m_settings.registries, name) != m_settings.registries.end() ? name
                                                                                         : "";
}

std::unique_ptr<StoredBlob> BlobStore::find(const BlobName &name) const
{
    const int descriptor = ::openat(
        m_directory, name.fileName().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return nullptr;
    struct stat info{};
    const bool plain = ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
    auto blob = std::make_unique<StoredBlob>(
        descriptor, plain ? static_cast<std::uint64_t>(info.st_size) : 0);
    if (!plain)
        return nullptr;
    ::futimens(descriptor, nullptr);
    return blob;
}

void BlobStore::drop(const BlobName &name) const
{
    std::fprintf(stderr,
        "the kept blob %s of %s is damaged; it is fetched anew\n",
        name.digest.c_str(),
        name.registry.c_str());
    ::unlinkat(m_directory, name.fileName().c_str(), 0);
}

void BlobStore::makeRoom(std::uint64_t bytes) const
{
    for (const auto &name :
        superfluous(filesIn(m_directory), m_settings.budgetBytes - bytes, std::time(nullptr)))
        ::unlinkat(m_directory, name.c_str(), 0);
}

std::unique_ptr<BlobWriter> BlobStore::begin(
    const BlobName &name, std::optional<std::uint64_t> length) const
{
    const auto bytes = length.value_or(0);
    if (bytes > m_settings.budgetBytes)
        return nullptr;
    makeRoom(bytes);
    struct statvfs disk{};
    const bool known = ::fstatvfs(m_directory, &disk) == 0;
    const auto free = known ? std::uint64_t(disk.f_bavail) * disk.f_frsize : 0;
    if (free < m_settings.floorBytes || free - m_settings.floorBytes < bytes)
        return nullptr;
    const auto most = std::min(m_settings.budgetBytes, free - m_settings.floorBytes);
    return std::make_unique<BlobWriter>(m_directory, name, length.value_or(most));
}

} // namespace core::gateway
