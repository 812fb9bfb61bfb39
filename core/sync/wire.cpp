#include "core/sync/wire.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

bool isKnown(std::uint8_t type)
{
    const auto within = [type](FrameType first, FrameType last) {
        return type >= std::to_underlying(first) && type <= std::to_underlying(last);
    };
    return within(FrameType::Hello, FrameType::Ping) || within(FrameType::Small, FrameType::End) ||
           within(FrameType::HelloAck, FrameType::Alive);
}

} // namespace

std::string encodeFrame(FrameType type, std::string_view payload)
{
    Writer writer;
    writer.u8(std::to_underlying(type));
    writer.number(0, 3);
    writer.u32(static_cast<std::uint32_t>(payload.size()));
    writer.raw(payload);
    return writer.take();
}

void appendFrames(std::string &output, FrameType type, std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, maxPayload);
        output += encodeFrame(type, part);
        bytes.remove_prefix(part.size());
    }
}

tree::Result<std::vector<Frame>> FrameReader::feed(std::string_view bytes)
{
    m_pending += bytes;
    std::vector<Frame> frames;
    std::size_t at = 0;
    while (m_pending.size() - at >= frameHeaderBytes) {
        Reader header(std::string_view(m_pending).substr(at, frameHeaderBytes));
        const std::uint8_t type = header.u8();
        const std::uint64_t zero = header.number(3);
        const std::uint32_t length = header.u32();
        if (!isKnown(type) || zero != 0 || length > maxPayload)
            return tree::malformed("not a frame of the sync port");
        if (m_pending.size() - at - frameHeaderBytes < length)
            break;
        frames.push_back({.type = static_cast<FrameType>(type),
            .payload = m_pending.substr(at + frameHeaderBytes, length)});
        at += frameHeaderBytes + length;
    }
    m_pending.erase(0, at);
    return frames;
}

void Writer::number(std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        m_bytes += static_cast<char>((value >> (8 * i)) & 0xff);
}

void Writer::text(std::string_view bytes)
{
    bytes = bytes.substr(0, 0xffff);
    u16(static_cast<std::uint16_t>(bytes.size()));
    raw(bytes);
}

std::uint64_t Reader::number(int bytes)
{
    const std::string_view part = raw(static_cast<std::size_t>(bytes));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < part.size(); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(part[i])) << (8 * i);
    return value;
}

std::string_view Reader::raw(std::size_t count)
{
    if (m_failed || count > m_rest.size()) {
        m_failed = true;
        return {};
    }
    const std::string_view part = m_rest.substr(0, count);
    m_rest.remove_prefix(count);
    return part;
}

} // namespace core::sync
