#pragma once

#include "core/gateway/http_head.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::gateway {

/// A content-addressed part of a container image, as one registry has it. What was kept for one
/// registry never answers for another: only the registry it came from can say who may have it.
struct BlobName
{
    std::string registry; ///< "host:port"
    std::string digest;   ///< SHA-256, 64 lower-case hexadecimal digits
    [[nodiscard]] std::string fileName() const { return digest + "@" + registry; }
};

/// The digest of the whole blob that a request asks for ("GET /v2/NAME/blobs/sha256:…"); nothing
/// for parts, conditions, tags and everything else.
std::optional<std::string> blobAskedFor(const RequestHead &request);

/// How long all of it is: what a complete answer (200) or one to "Range: bytes=0-0" (206) says.
std::optional<std::uint64_t> wholeLength(const ResponseHead &answer);

/// The authority and the path with query that a redirection names, when that is over TLS and can be
/// asked for as it stands.
struct Redirection
{
    std::string authority;
    std::string target;
};
std::optional<Redirection> redirectionOf(const ResponseHead &answer);

/// What a client needs to know of a blob besides its length.
HeaderList blobHeaders(const std::string &digest);

/// A file of the store.
struct StoredFile
{
    std::string name;
    std::uint64_t size = 0;
    std::int64_t used = 0; ///< seconds since the epoch
};

/// Names of files being written begin so.
inline constexpr char partialMark = '.';

/// Which files go so that the rest takes at most `room` bytes: those used longest ago. Partial
/// files count and stay, unless nobody has written to them for an hour.
std::vector<std::string> superfluous(
    std::vector<StoredFile> files, std::uint64_t room, std::int64_t now);

} // namespace core::gateway
