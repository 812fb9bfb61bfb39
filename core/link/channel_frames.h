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

/// Longest payload of a frame, in bytes.
inline constexpr std::size_t maxChannelPayload = 64 << 10;

/// What stands in front of a payload; for a writer that has left room for it and wants no copy.
inline constexpr std::size_t frameHeaderBytes = 5;
using FrameHeader = std::array<char, frameHeaderBytes>;
FrameHeader frameHeader(Channel channel, std::size_t payloadBytes);

/// One frame: channel (1 byte), length (4 bytes, little endian), payload. Longer payloads become
/// several frames.
Bytes encodeFrame(Channel channel, BytesView payload);

/// What has arrived of a lane.
struct ChannelPart
{
    Channel channel = Channel::Control;
    BytesView bytes;      ///< valid until the reader is fed again, and while what it was fed lives
    std::size_t cost = 0; ///< bytes of the stream that it stands for, its frame's header among them
};

/// Cuts a stream of bytes into what its lanes carry.
class ChannelReader
{
public:
    /// In order: a Control frame once it is whole; of the other lanes each piece as it comes, since
    /// they are streams of bytes and bulk is to be neither copied nor held back. Fails with
    /// Malformed (unknown channel) or TooLarge (length past the limit).
    [[nodiscard]] Result<std::vector<ChannelPart>> feed(BytesView bytes);

private:
    Result<> begin();
    void take(BytesView piece, std::vector<ChannelPart> &parts);

    Bytes m_header; ///< of the frame under way; empty between frames
    Channel m_channel = Channel::Control;
    std::size_t m_left = 0; ///< of its payload
    std::size_t m_cost = 0; ///< received and not yet part of a ChannelPart
    Bytes m_control;        ///< of a Control frame that comes in pieces
    Bytes m_whole;          ///< the last one that did; the part returned for it is a view of this
};

} // namespace core::link
