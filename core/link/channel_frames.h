#pragma once

#include "core/link/bytes.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace core::link {

/// The four lanes of a running command, on a control stream and on a client's data connection
/// alike.
enum class Channel : std::uint8_t {
    Input = 0,   ///< to the command's standard input (or its terminal)
    Output = 1,  ///< its standard output (or its terminal)
    Error = 2,   ///< its standard error; never used with a terminal
    Control = 3, ///< one JSON object a frame, see core/guest/PROTOCOL.md
};

struct ChannelFrame
{
    Channel channel = Channel::Control;
    Bytes payload;
    friend bool operator==(const ChannelFrame &, const ChannelFrame &) = default;
};

/// Longest payload of a frame, in bytes.
inline constexpr std::size_t maxChannelPayload = 64 << 10;

/// What stands in front of a payload; for a writer that has left room for it and wants no copy.
inline constexpr std::size_t frameHeaderBytes = 5;
using FrameHeader = std::array<char, frameHeaderBytes>;
FrameHeader frameHeader(Channel channel, std::size_t payloadBytes);

/// One frame: channel (1 byte), length (4 bytes, little endian), payload. Longer payloads become
/// several frames.
Bytes encodeFrame(Channel channel, BytesView payload);

/// Cuts a stream of bytes into frames.
class ChannelReader
{
public:
    /// The frames now complete, in order. Fails with Malformed (unknown channel) or TooLarge
    /// (length past the limit).
    [[nodiscard]] Result<std::vector<ChannelFrame>> feed(BytesView bytes);

private:
    Bytes m_pending;
};

} // namespace core::link
