#pragma once

#include "core/gateway/http_head.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace core::gateway {

/// Takes the body out of its framing. Chunk extensions and trailers are dropped; they are bounded.
class BodyReader
{
public:
    explicit BodyReader(const Framing &framing);

    struct Fed
    {
        std::string body;      ///< bytes of the body
        std::size_t taken = 0; ///< how many of the given bytes belong to this message
    };
    /// Takes bytes until the message is complete.
    [[nodiscard]] std::expected<Fed, HttpFault> feed(std::string_view bytes);

    /// What the end of the connection means here: the end of the body, or a fault.
    [[nodiscard]] bool mayEndHere() const;
    [[nodiscard]] bool complete() const { return m_state == State::Done; }

private:
    enum class State { Plain, UntilClose, Size, Data, DataEnd, Trailers, Done };

    std::expected<void, HttpFault> line(char byte);
    std::expected<void, HttpFault> size();

    State m_state;
    std::uint64_t m_left = 0;
    std::string m_line;
    std::size_t m_trailerBytes = 0;
};

/// One chunk of a chunked body; nothing for no bytes, since an empty chunk ends the body.
std::string chunk(std::string_view bytes);
inline constexpr std::string_view lastChunk = "0\r\n\r\n";

} // namespace core::gateway
