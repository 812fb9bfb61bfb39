#include "core/gateway/client_hello.h"

#include <cstdint>
#include <optional>

namespace core::gateway {
namespace {

using Kind = ClientHello::Kind;

constexpr unsigned char handshakeRecord = 22;
constexpr unsigned char clientHelloMessage = 1;
constexpr std::size_t recordHeader = 5;
constexpr std::size_t maxRecord = 1 << 14;
constexpr std::size_t messageHeader = 4;
constexpr std::uint16_t serverNameExtension = 0;
constexpr std::uint16_t encryptedHelloExtension = 0xfe0d;
constexpr unsigned char hostNameType = 0;

ClientHello only(Kind kind)
{
    return {.kind = kind, .serverName = {}, .encrypted = false};
}

/// Takes bounded pieces off the front of bytes; once one is missing, all further are.
class Reader
{
public:
    explicit Reader(std::string_view bytes)
        : m_rest(bytes)
    {
    }

    [[nodiscard]] bool good() const { return m_good; }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

    std::string_view take(std::size_t count)
    {
        m_good = m_good && count <= m_rest.size();
        if (!m_good)
            return {};
        const auto piece = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return piece;
    }

    std::size_t number(std::size_t width)
    {
        std::size_t value = 0;
        for (const char byte : take(width))
            value = value << 8 | static_cast<unsigned char>(byte);
        return value;
    }

    /// A vector: a length of `width` bytes, then as many bytes.
    Reader block(std::size_t width)
    {
        Reader inner(take(number(width)));
        inner.m_good = m_good;
        return inner;
    }

    [[nodiscard]] std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
    bool m_good = true;
};

/// The handshake bytes of the records so far.
struct Handshake
{
    Kind kind = Kind::NeedMore;
    std::string bytes;
};

Handshake joinRecords(std::string_view bytes)
{
    Handshake handshake;
    while (!bytes.empty()) {
        if (static_cast<unsigned char>(bytes.front()) != handshakeRecord)
            return {.kind = handshake.bytes.empty() ? Kind::NotTls : Kind::Malformed, .bytes = {}};
        if (bytes.size() > 1 && bytes[1] != 3)
            return {.kind = handshake.bytes.empty() ? Kind::NotTls : Kind::Malformed, .bytes = {}};
        if (bytes.size() < recordHeader)
            return handshake;
        Reader lengths(bytes.substr(3, 2));
        const auto length = lengths.number(2);
        if (length == 0 || length > maxRecord ||
            handshake.bytes.size() + length > maxClientHelloBytes)
            return {.kind = Kind::Malformed, .bytes = {}};
        handshake.bytes += bytes.substr(recordHeader, length);
        if (bytes.size() - recordHeader < length)
            return handshake;
        bytes.remove_prefix(recordHeader + length);

        Reader message(handshake.bytes);
        message.take(1);
        const auto whole = message.number(3) + messageHeader;
        if (message.good() && handshake.bytes.size() >= whole) {
            handshake.kind = Kind::Complete;
            return handshake;
        }
    }
    return handshake;
}

/// The host name of a server_name extension; nothing when it is not exactly one.
std::optional<std::string> hostName(Reader extension)
{
    auto list = extension.block(2);
    if (!list.good() || !extension.atEnd() || list.number(1) != hostNameType)
        return {};
    const auto name = list.block(2);
    if (!name.good() || !list.atEnd() || name.rest().empty() || name.rest().contains('\0'))
        return {};
    return std::string(name.rest());
}

ClientHello readExtensions(Reader extensions)
{
    auto hello = only(Kind::Complete);
    bool named = false;
    while (!extensions.atEnd()) {
        const auto type = extensions.number(2);
        const auto body = extensions.block(2);
        if (!extensions.good() || !body.good())
            return only(Kind::Malformed);
        hello.encrypted = hello.encrypted || type == encryptedHelloExtension;
        if (type != serverNameExtension)
            continue;
        const auto name = hostName(body);
        if (named || !name)
            return only(Kind::Malformed);
        hello.serverName = *name;
        named = true;
    }
    return hello;
}

} // namespace

ClientHello readClientHello(std::string_view bytes)
{
    const auto handshake = joinRecords(bytes);
    if (!handshake.bytes.empty() &&
        static_cast<unsigned char>(handshake.bytes.front()) != clientHelloMessage)
        return only(Kind::Malformed);
    if (handshake.kind != Kind::Complete)
        return only(handshake.kind);

    Reader message(handshake.bytes);
    message.take(1);
    auto body = message.block(3);
    body.take(2 + 32); // legacy version, random
    body.block(1);     // session id
    body.block(2);     // cipher suites
    body.block(1);     // compression methods
    if (!body.good() || !message.atEnd())
        return only(Kind::Malformed);
    if (body.atEnd())
        return only(Kind::Complete); // no extensions, so no name
    const auto extensions = body.block(2);
    if (!extensions.good() || !body.atEnd())
        return only(Kind::Malformed);
    return readExtensions(extensions);
}

} // namespace core::gateway
