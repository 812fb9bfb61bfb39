#include "core/guest/dns_message.h"

#include <algorithm>

namespace core::guest {
namespace {

constexpr std::size_t headerBytes = 12;
constexpr std::size_t maxLabel = 63;
constexpr std::size_t maxName = 253;
constexpr std::uint16_t classIn = 1;
/// How long a client may keep an address, in seconds; a name keeps its address far longer.
constexpr std::uint32_t timeToLive = 60;

std::uint16_t number16(std::string_view packet, std::size_t at)
{
    return static_cast<std::uint16_t>(
        static_cast<unsigned char>(packet[at]) << 8 | static_cast<unsigned char>(packet[at + 1]));
}

void append16(std::string &packet, unsigned value)
{
    packet.push_back(static_cast<char>(value >> 8 & 0xff));
    packet.push_back(static_cast<char>(value & 0xff));
}

void append32(std::string &packet, std::uint32_t value)
{
    append16(packet, value >> 16);
    append16(packet, value & 0xffff);
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The name at `at`, which is moved behind it; empty when it is none that the stub answers.
std::string takeName(std::string_view packet, std::size_t &at)
{
    std::string name;
    while (at < packet.size()) {
        const auto length = static_cast<unsigned char>(packet[at]);
        ++at;
        if (length == 0)
            return name.size() <= maxName ? name : std::string();
        if (length > maxLabel || length > packet.size() - at || name.size() > maxName)
            return {};
        if (!name.empty())
            name.push_back('.');
        std::ranges::transform(packet.substr(at, length), std::back_inserter(name), lower);
        if (!std::ranges::all_of(
                std::string_view(name).substr(name.size() - length), isNameCharacter))
            return {};
        at += length;
    }
    return {};
}

} // namespace

std::optional<DnsQuestion> parseDnsQuery(std::string_view packet)
{
    if (packet.size() < headerBytes || packet.size() > maxDnsQueryBytes)
        return {};
    const auto flags = number16(packet, 2);
    const bool isStandardQuery = (flags & 0xf800) == 0;
    const auto answers = number16(packet, 6);
    if (!isStandardQuery || number16(packet, 4) != 1 || answers != 0)
        return {};

    std::size_t at = headerBytes;
    auto name = takeName(packet, at);
    if (name.empty() || packet.size() - at < 4 || number16(packet, at + 2) != classIn)
        return {};
    return DnsQuestion{.id = number16(packet, 0),
        .recursionDesired = (flags & 0x0100) != 0,
        .name = std::move(name),
        .type = number16(packet, at),
        .wire = std::string(packet.substr(headerBytes, at + 4 - headerBytes))};
}

std::string dnsReply(const DnsQuestion &question, DnsAnswer answer, std::uint32_t address)
{
    unsigned flags = 0x8080; // a response, recursion available
    if (question.recursionDesired)
        flags |= 0x0100;
    if (answer == DnsAnswer::NoSuchName)
        flags |= 3;
    if (answer == DnsAnswer::Failure)
        flags |= 2;

    std::string packet;
    append16(packet, question.id);
    append16(packet, flags);
    append16(packet, 1);
    append16(packet, answer == DnsAnswer::Address ? 1 : 0);
    append32(packet, 0);
    packet += question.wire;
    if (answer == DnsAnswer::Address) {
        append16(packet, 0xc000 | headerBytes); // the question's name
        append16(packet, dnsTypeA);
        append16(packet, classIn);
        append32(packet, timeToLive);
        append16(packet, sizeof(address));
        append32(packet, address);
    }
    return packet;
}

} // namespace core::guest
