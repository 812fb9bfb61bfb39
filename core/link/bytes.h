#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace core::link {

/// Bytes on the wire. A std::string holds them, since every library here speaks char.
using Bytes = std::string;
using BytesView = std::string_view;

/// Writes bytes to `room` and returns how many.
using Source = std::function<std::size_t(std::span<char> room)>;

/// Why a peer on a port is no longer listened to. `detail` is for the log.
struct Error
{
    enum class Kind {
        Malformed, ///< not the protocol
        TooLarge,  ///< a length, a queue or a count passed its limit
        Closed,    ///< the connection or the stream is gone
    };

    Kind kind;
    std::string detail;
};

template <typename T = void>
using Result = std::expected<T, Error>;

} // namespace core::link
