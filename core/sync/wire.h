#pragma once

#include "core/tree/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core::sync {

/// The kinds of frames on the sync port. The host asks, the guest answers; only `Dirty` and `Alive`
/// come unasked.
enum class FrameType : std::uint8_t {
    Hello = 1, ///< host: version, session, owner, selection
    Scan,      ///< host: look at the tree and tell what changed
    Need,      ///< host: files wanted, each by path and digest
    PlanData,  ///< host: changes to make, a stream of bytes
    PlanEnd,   ///< host: make them, flush, answer with Applied
    GitBundle, ///< host: bytes of a bundle
    GitSetup,  ///< host: build the repository
    Ping,

    Small = 16, ///< both: whole small files, several in a frame
    Begin,      ///< both: a larger file begins
    Data,
    End,

    HelloAck = 32, ///< guest: boot, session, last plan
    Dirty,         ///< guest: something changed
    TreeData,      ///< guest: what changed since the last scan, a stream of bytes
    TreeEnd,
    Missing, ///< guest: a wanted file is no longer there
    Results, ///< guest: what came out of the plan, a stream of bytes
    Applied,
    GitDone,
    Pong,
    Alive, ///< guest: still working
};

/// A frame is type (1 byte), three zero bytes, length (4 bytes, little endian), payload.
inline constexpr std::size_t maxPayload = 64 << 10;
inline constexpr std::size_t frameHeaderBytes = 8;

struct Frame
{
    FrameType type = FrameType::Ping;
    std::string payload;
    friend bool operator==(const Frame &, const Frame &) = default;
};

/// The payload is at most `maxPayload` bytes.
[[nodiscard]] std::string encodeFrame(FrameType type, std::string_view payload);
/// A stream of bytes as frames of one type.
void appendFrames(std::string &output, FrameType type, std::string_view bytes);

/// Cuts a stream of bytes into frames. An unknown type or a length past the limit is Malformed and
/// ends the session.
class FrameReader
{
public:
    [[nodiscard]] tree::Result<std::vector<Frame>> feed(std::string_view bytes);

private:
    std::string m_pending;
};

/// Puts integers, little endian, and bytes with their length in front.
class Writer
{
public:
    void number(std::uint64_t value, int bytes);
    void u8(std::uint8_t value) { number(value, 1); }
    void u16(std::uint16_t value) { number(value, 2); }
    void u32(std::uint32_t value) { number(value, 4); }
    void u64(std::uint64_t value) { number(value, 8); }
    void raw(std::string_view bytes) { m_bytes += bytes; }
    void text(std::string_view bytes); ///< 16-bit length, then the bytes; at most 65535

    [[nodiscard]] const std::string &bytes() const { return m_bytes; }
    [[nodiscard]] std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Takes them out again. Reading past the end gives zeros and sets `failed`.
class Reader
{
public:
    explicit Reader(std::string_view bytes)
        : m_rest(bytes)
    {
    }
    [[nodiscard]] std::uint64_t number(int bytes);
    [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    [[nodiscard]] std::uint64_t u64() { return number(8); }
    [[nodiscard]] std::string_view raw(std::size_t count);
    [[nodiscard]] std::string_view text() { return raw(u16()); }

    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

} // namespace core::sync
