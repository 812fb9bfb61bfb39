#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <system_error>

namespace core::tree {

/// Why something about a file tree or its wire form did not happen. `detail` is for the log.
struct Error
{
    enum class Kind {
        System,    ///< a system call failed; `code` is its errno
        Malformed, ///< bytes that are not what was promised
        TooLarge,  ///< a length, a depth or a count passed its limit
        Moved,     ///< the root is no longer the directory it was
        NoSpace,   ///< the disk or the quota is full
    };

    Kind kind = Kind::System;
    std::string detail;
    int code = 0;
    friend bool operator==(const Error &, const Error &) = default;
};

template <typename T = void>
using Result = std::expected<T, Error>;

/// The error of the system call that just failed.
inline std::unexpected<Error> systemError(const std::string &what, int code = errno)
{
    const bool full = code == ENOSPC || code == EDQUOT;
    return std::unexpected(Error{.kind = full ? Error::Kind::NoSpace : Error::Kind::System,
        .detail = what + ": " + std::error_code(code, std::generic_category()).message(),
        .code = code});
}

inline std::unexpected<Error> malformed(std::string detail)
{
    return std::unexpected(Error{.kind = Error::Kind::Malformed, .detail = std::move(detail)});
}

} // namespace core::tree
