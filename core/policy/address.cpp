#include "core/policy/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <vector>

namespace core::policy {

namespace {

std::optional<Address> parseQuad(std::string_view text)
{
    Address address;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto dot = text.find('.');
        const auto part = text.substr(0, dot);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        const bool padded = part.size() > 1 && part.front() == '0';
        if (error != std::errc() || end != part.data() + part.size() || value > 255 || padded)
            return {};
        if ((dot == std::string_view::npos) != (i == 3))
            return {};
        address.bytes[i] = static_cast<std::uint8_t>(value);
        text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    }
    return address;
}

Address embedded(const Address &address, std::size_t offset, std::uint8_t mask = 0)
{
    Address v4;
    for (std::size_t i = 0; i < 4; ++i)
        v4.bytes[i] = address.bytes[offset + i] ^ mask;
    return v4;
}

Network network(const char *text)
{
    return *parseNetwork(text);
}

const std::vector<Network> &hardBlocks()
{
    static const auto blocks = [] {
        std::vector<Network> all;
        for (const char *text : {"0.0.0.0/8",
                 "127.0.0.0/8",
                 "169.254.0.0/16",
                 "224.0.0.0/4",
                 "255.255.255.255",
                 "198.18.0.0/15",
                 "100.100.100.200",
                 "168.63.129.16",
                 "::/128",
                 "::1/128",
                 "fe80::/10",
                 "ff00::/8",
                 "fd00:ec2::254"})
            all.push_back(network(text));
        return all;
    }();
    return blocks;
}

const std::vector<Network> &softBlocks()
{
    static const auto blocks = [] {
        std::vector<Network> all;
        for (const char *text : {"10.0.0.0/8",
                 "172.16.0.0/12",
                 "192.168.0.0/16",
                 "100.64.0.0/10",
                 "192.0.0.0/24",
                 "192.0.2.0/24",
                 "192.88.99.0/24",
                 "198.51.100.0/24",
                 "203.0.113.0/24",
                 "240.0.0.0/4",
                 "::/96",
                 "64:ff9b::/96",
                 "64:ff9b:1::/48",
                 "100::/64",
                 "2001::/32",
                 "2001:db8::/32",
                 "2002::/16",
                 "3fff::/20",
                 "fc00::/7",
                 "fec0::/10"})
            all.push_back(network(text));
        return all;
    }();
    return blocks;
}

bool inAny(const std::vector<Network> &blocks, const Address &address)
{
    return std::ranges::any_of(blocks, [&](const Network &b) { return contains(b, address); });
}

/// The IPv4 addresses a translation or tunnel would deliver this IPv6 address to.
std::vector<Address> carried(const Address &address)
{
    const auto &b = address.bytes;
    static const auto compatible = network("::/96");
    static const auto nat64 = network("64:ff9b::/96");
    static const auto nat64Local = network("64:ff9b:1::/48");
    static const auto sixToFour = network("2002::/16");
    static const auto teredo = network("2001::/32");
    if (contains(compatible, address) || contains(nat64, address) || contains(nat64Local, address))
        return {embedded(address, 12)};
    if (contains(sixToFour, address))
        return {embedded(address, 2)};
    if (contains(teredo, address))
        return {embedded(address, 4), embedded(address, 12, 0xff)};
    if ((b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe) // ISATAP
        return {embedded(address, 12)};
    return {};
}

} // namespace

std::optional<Address> parseAddress(std::string_view text)
{
    if (text.find(':') == std::string_view::npos)
        return parseQuad(text);
    if (text.size() > 45 || text.find('%') != std::string_view::npos)
        return {};
    Address address{.v6 = true};
    if (inet_pton(AF_INET6, std::string(text).c_str(), address.bytes.data()) != 1)
        return {};
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::ranges::equal(mapped, std::span(address.bytes).first(12)))
        return embedded(address, 12);
    return address;
}

std::string toText(const Address &address)
{
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
    return text;
}

std::optional<Network> parseNetwork(std::string_view text)
{
    const auto slash = text.find('/');
    const auto base = parseAddress(text.substr(0, slash));
    if (!base)
        return {};
    const int most = base->v6 ? 128 : 32;
    Network network{.base = *base, .prefix = most};
    if (slash != std::string_view::npos) {
        const auto bits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(bits.data(), bits.data() + bits.size(), network.prefix);
        if (error != std::errc() || end != bits.data() + bits.size() || network.prefix < 0 ||
            network.prefix > most || (bits.size() > 1 && bits.front() == '0'))
            return {};
    }
    for (int bit = network.prefix; bit < most; ++bit) {
        const auto byte = network.base.bytes[static_cast<std::size_t>(bit / 8)];
        if ((byte & (0x80 >> (bit % 8))) != 0)
            return {};
    }
    return network;
}

std::string toText(const Network &network)
{
    const bool single = network.prefix == (network.base.v6 ? 128 : 32);
    return toText(network.base) + (single ? "" : "/" + std::to_string(network.prefix));
}

bool contains(const Network &network, const Address &address)
{
    if (network.base.v6 != address.v6)
        return false;
    const auto whole = static_cast<std::size_t>(network.prefix / 8);
    if (std::memcmp(network.base.bytes.data(), address.bytes.data(), whole) != 0)
        return false;
    const int rest = network.prefix % 8;
    const int mask = 0xff00 >> rest;
    return rest == 0 || ((network.base.bytes[whole] ^ address.bytes[whole]) & mask & 0xff) == 0;
}

bool contains(const Network &outer, const Network &inner)
{
    return inner.prefix >= outer.prefix && contains(outer, inner.base);
}

Guard guardOf(const Address &address, std::span<const Address> own)
{
    if (inAny(hardBlocks(), address) || std::ranges::find(own, address) != own.end())
        return Guard::Hard;
    if (!address.v6)
        return inAny(softBlocks(), address) ? Guard::Soft : Guard::None;
    const auto inner = carried(address);
    if (std::ranges::any_of(
            inner, [&](const Address &v4) { return guardOf(v4, own) == Guard::Hard; }))
        return Guard::Hard;
    const bool global = (address.bytes[0] & 0xe0) == 0x20; // 2000::/3 is all that IANA has assigned
    return !global || !inner.empty() || inAny(softBlocks(), address) ? Guard::Soft : Guard::None;
}

bool liftsSoftGuard(const Network &network)
{
    return std::ranges::any_of(
        softBlocks(), [&](const Network &block) { return contains(block, network); });
}

bool isHardGuarded(const Network &network)
{
    return std::ranges::any_of(
        hardBlocks(), [&](const Network &block) { return contains(block, network); });
}

} // namespace core::policy
