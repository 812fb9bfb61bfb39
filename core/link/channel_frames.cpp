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

Result<std::vector<ChannelPart>> ChannelReader::feed(BytesView bytes)
{
    std::vector<ChannelPart> parts;
    while (!bytes.empty()) {
        if (m_header.size() < frameHeaderBytes) {
            const BytesView more = bytes.substr(0, frameHeaderBytes - m_header.size());
            m_header += more;
            bytes.remove_prefix(more.size());
            if (m_header.size() < frameHeaderBytes)
                break;
            if (auto begun = begin(); !begun)
                return std::unexpected(begun.error());
        }
        const BytesView piece = bytes.substr(0, m_left);
        bytes.remove_prefix(piece.size());
        take(piece, parts);
    }
    return parts;
}

Result<> ChannelReader::begin()
{
    const auto channel = static_cast<unsigned char>(m_header[0]);
    m_left = lengthAt(m_header);
    m_cost = frameHeaderBytes;
    if (channel > static_cast<unsigned char>(Channel::Control))
        return std::unexpected(Error{Error::Kind::Malformed, "unknown channel of a frame"});
    if (m_left > maxChannelPayload)
        return std::unexpected(Error{Error::Kind::TooLarge, "a frame's length passes the limit"});
    m_channel = static_cast<Channel>(channel);
    return {};
}

void ChannelReader::take(BytesView piece, std::vector<ChannelPart> &parts)
{
    m_left -= piece.size();
    m_cost += piece.size();
    const bool isWhole = m_left == 0;
    if (isWhole)
        m_header.clear();
    const bool isControl = m_channel == Channel::Control;
    if (isControl && !(isWhole && m_control.empty()))
        m_control += piece;
    if (isWhole && !m_control.empty()) {
        m_whole = std::exchange(m_control, {}); // began in an earlier feed, so one in each at most
        piece = m_whole;
    }
    if (isWhole || (!isControl && !piece.empty()))
        parts.push_back({.channel = m_channel, .bytes = piece, .cost = std::exchange(m_cost, 0)});
}

} // namespace core::link
