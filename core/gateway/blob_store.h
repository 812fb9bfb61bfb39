#pragma once

#include "core/gateway/byte_stream.h"
#include "core/gateway/image_blobs.h"
#include "core/gateway/settings.h"

#include <memory>
#include <openssl/evp.h>
#include <optional>
#include <span>
#include <string>

namespace core::gateway {

/// SHA-256 of a stream.
class Digest
{
public:
    Digest();
    void add(std::string_view bytes);
    [[nodiscard]] std::string hex(); ///< once, at the end

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
};

/// A blob that is kept, open: it can be read to its end whatever becomes of its file.
class StoredBlob
{
public:
    StoredBlob(int descriptor, std::uint64_t size); ///< takes the descriptor
    ~StoredBlob();
    StoredBlob(const StoredBlob &) = delete;
    StoredBlob &operator=(const StoredBlob &) = delete;

    [[nodiscard]] std::uint64_t size() const { return m_size; }
    /// 0 at the end or on an error.
    [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> room) const;
    /// Reads all of it; other connections go on meanwhile.
    Async<bool> hasDigest(asio::any_io_executor executor, std::string digest) const;

private:
    int m_descriptor;
    std::uint64_t m_size;
};

/// Writes a blob while it passes. A fault (no room, a wrong digest) ends the writing and leaves
/// nothing behind.
class BlobWriter
{
public:
    BlobWriter(int directory, BlobName name, std::uint64_t most);
    ~BlobWriter();
    BlobWriter(const BlobWriter &) = delete;
    BlobWriter &operator=(const BlobWriter &) = delete;

    void append(std::string_view bytes);
    /// At the end of the blob: puts it in its place if the digest is right. Nothing is synced to
    /// the disk, since every use looks at the digest again.
    bool commit();

private:
    void abandon();

    int m_directory;
    BlobName m_name;
    std::uint64_t m_left;
    std::string m_partial;
    int m_descriptor = -1;
    Digest m_digest;
};

/// The directory with the image blobs of all sandboxes; core/warden/PROCESSES.md tells who gets
/// what of it. The gateways share it without locks: a file is complete when it gets its name, and
/// then only ever goes.
class BlobStore
{
public:
    /// `directory` is open and stays the caller's.
    BlobStore(int directory, CacheSettings settings);

    /// "host:port" of a registry whose blobs are kept; empty for others.
    [[nodiscard]] std::string registryAt(const policy::Host &host, std::uint16_t port) const;
    /// Marks it as used now.
    [[nodiscard]] std::unique_ptr<StoredBlob> find(const BlobName &name) const;
    void drop(const BlobName &name) const;
    /// Null when there is no room for so much; the length may not be known.
    [[nodiscard]] std::unique_ptr<BlobWriter> begin(
        const BlobName &name, std::optional<std::uint64_t> length) const;

private:
    void makeRoom(std::uint64_t bytes) const;

    int m_directory;
    CacheSettings m_settings;
};

} // namespace core::gateway
