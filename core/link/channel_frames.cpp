#include "core/link/channel_frames.h"

#include <algorithm>

namespace core::link {

namespace {

std::uint32_t lengthAt(BytesView header)
{
    std::uint32_t length = 0;
    for (std::size_t i = 4; i >= 1; --i)
        length = length << 8 | static_cast<unsigned char>(header[i]);
    return length;
}

} // namespace

FrameHeader frameHeader(Channel channel, std::size_t payloadBytes)
{
    FrameHeader header{static_cast<char>(channel)};
    for (std::size_t i = 1; i < header.size(); ++i, payloadBytes >>= 8)
        header[i] = static_cast<char>(payloadBytes & 0xff);
    return header;
}

Bytes encodeFrame(Channel channel, BytesView payload)
{
    Bytes frames;
    frames.reserve(payload.size() + (payload.size() / maxChannelPayload + 1) * frameHeaderBytes);
    do {
        const BytesView part = payload.substr(0, maxChannelPayload);
        const FrameHeader header = frameHeader(channel, part.size());
        frames.append(header.data(), header.size());
        frames.append(part);
        payload.remove_prefix(part.size());
    } while (!payload.empty());
    return frames;
}

Result<std::vector<ChannelFrame>> ChannelReader::feed(BytesView bytes)
{
    std::vector<ChannelFrame> frames;
    Bytes joined;
    if (!m_pending.empty()) {
        joined = std::exchange(m_pending, {}).append(bytes);
        bytes = joined;
    }
    while (bytes.size() >= frameHeaderBytes) {
        const auto channel = static_cast<unsigned char>(bytes[0]);
        const std::size_t length = lengthAt(bytes);
        if (channel > static_cast<unsigned char>(Channel::Control))
            return std::unexpected(Error{Error::Kind::Malformed, "unknown channel of a frame"});
        if (length > maxChannelPayload)
            return std::unexpected(
                Error{Error::Kind::TooLarge, "a frame's length passes the limit"});
        if (bytes.size() < frameHeaderBytes + length)
            break;
        frames.push_back(
            {static_cast<Channel>(channel), Bytes(bytes.substr(frameHeaderBytes, length))});
        bytes.remove_prefix(frameHeaderBytes + length);
    }
    m_pending = bytes;
    return frames;
}

} // namespace core::link
