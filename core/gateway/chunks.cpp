#include "core/gateway/chunks.h"

#include <algorithm>
#include <charconv>
#include <format>

namespace core::gateway {

namespace {

constexpr std::size_t maxSizeLine = 4 << 10;
constexpr std::size_t maxTrailers = 16 << 10;
constexpr std::size_t maxSizeDigits = 15;

std::unexpected<HttpFault> fault(std::string detail)
{
    return std::unexpected(HttpFault{.status = 400, .detail = std::move(detail)});
}

} // namespace

BodyReader::BodyReader(const Framing &framing)
    : m_state(State::Done)
    , m_left(framing.length)
{
    if (framing.kind == Framing::Kind::Length && framing.length > 0)
        m_state = State::Plain;
    else if (framing.kind == Framing::Kind::UntilClose)
        m_state = State::UntilClose;
    else if (framing.kind == Framing::Kind::Chunked)
        m_state = State::Size;
}

bool BodyReader::mayEndHere() const
{
    return m_state == State::Done || m_state == State::UntilClose;
}

/// The size line of a chunk: hexadecimal digits, then perhaps an extension.
std::expected<void, HttpFault> BodyReader::size()
{
    const auto digits = std::min(m_line.find_first_of("; \t"), m_line.size());
    const auto [end, error] = std::from_chars(m_line.data(), m_line.data() + digits, m_left, 16);
    if (digits == 0 || digits > maxSizeDigits || error != std::errc() ||
        end != m_line.data() + digits)
        return fault("a chunk has no valid size");
    m_state = m_left == 0 ? State::Trailers : State::Data;
    m_line.clear();
    return {};
}

/// One byte of a line between chunks.
std::expected<void, HttpFault> BodyReader::line(char byte)
{
    m_line += byte;
    if (m_line.size() > maxSizeLine)
        return fault("a line between chunks is too long");
    if (byte != '\n')
        return m_line.size() >= 2 && m_line[m_line.size() - 2] == '\r'
                   ? std::expected<void, HttpFault>(fault("a bare carriage return between chunks"))
                   : std::expected<void, HttpFault>();
    if (m_line.size() < 2 || m_line[m_line.size() - 2] != '\r')
        return fault("a bare line feed between chunks");
    m_line.resize(m_line.size() - 2);
    if (m_state == State::Size)
        return size();
    const bool empty = m_line.empty();
    const auto length = m_line.size() + 2;
    m_line.clear();
    if (m_state == State::DataEnd) {
        m_state = State::Size;
        return empty ? std::expected<void, HttpFault>() : fault("a chunk is longer than it says");
    }
    m_trailerBytes += length;
    if (m_trailerBytes > maxTrailers)
        return fault("the trailers are too long");
    if (empty)
        m_state = State::Done;
    return {};
}

std::expected<BodyReader::Fed, HttpFault> BodyReader::feed(std::string_view bytes)
{
    Fed fed;
    while (fed.taken < bytes.size() && m_state != State::Done) {
        const auto rest = bytes.substr(fed.taken);
        if (m_state == State::UntilClose) {
            fed.body += rest;
            fed.taken = bytes.size();
        } else if (m_state == State::Plain || m_state == State::Data) {
            const auto piece = rest.substr(
                0, static_cast<std::size_t>(std::min<std::uint64_t>(m_left, rest.size())));
            fed.body += piece;
            fed.taken += piece.size();
            m_left -= piece.size();
            if (m_left == 0)
                m_state = m_state == State::Plain ? State::Done : State::DataEnd;
        } else {
            ++fed.taken;
            if (auto read = line(rest.front()); !read)
                return std::unexpected(read.error());
        }
    }
    return fed;
}

std::string chunk(std::string_view bytes)
{
    return bytes.empty() ? "" : std::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

} // namespace core::gateway
