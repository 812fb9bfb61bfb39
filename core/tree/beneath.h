#pragma once

#include "core/tree/descriptor.h"
#include "core/tree/entry.h"
#include "core/tree/error.h"

#include <functional>
#include <string>
#include <string_view>

struct stat;

namespace core::tree {

/// Opens `path` ("" is the root itself) below `root` as a directory without crossing a link or a
/// mount point.
[[nodiscard]] Result<Descriptor> openDirectory(int root, std::string_view path);
/// Opens a regular file for reading; fails when it is anything else. Never blocks on a FIFO, never
/// follows a link.
[[nodiscard]] Result<Descriptor> openFile(int directory, const std::string &name);
/// Opens the file at a path below `root`, as `openDirectory` and `openFile` do.
[[nodiscard]] Result<Descriptor> openFileAt(int root, std::string_view path);

/// What lstat says of `name`.
[[nodiscard]] Result<struct ::stat> statusOf(int directory, const std::string &name);
[[nodiscard]] Stamp stampOf(const struct ::stat &status);
[[nodiscard]] Result<std::string> linkTarget(int directory, const std::string &name);
/// The names in a directory, without "." and "..", in the order of their bytes; at most `limit`.
[[nodiscard]] Result<std::vector<std::string>> listDirectory(int directory, std::size_t limit);

struct Content
{
    Digest digest = {};
    std::uint64_t size = 0;
};
/// Hashes an open file from its beginning. `progress` is called every 8 MiB.
[[nodiscard]] Result<Content> hashFile(int file, const std::function<void()> &progress = {});

/// Writes all bytes.
[[nodiscard]] Result<> writeAll(int file, std::string_view bytes);
/// A file's bytes, at most `limit`; fails with TooLarge beyond.
[[nodiscard]] Result<std::string> readSmallFile(
    int directory, const std::string &name, std::size_t limit);
/// Writes `name` by temporary file, fsync, rename and fsync of the directory.
[[nodiscard]] Result<> writeDurably(int directory, const std::string &name, std::string_view bytes);
/// Makes (0700) and opens the directory `name`; one that exists is opened.
[[nodiscard]] Result<Descriptor> makeDirectoryAt(int directory, const std::string &name);

} // namespace core::tree
