#include "core/policy/host.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <idn2.h>
#include <libpsl.h>
#include <memory>

namespace core::policy {

namespace {

constexpr std::size_t maxName = 253;
constexpr std::size_t maxLabel = 63;

using CText = std::unique_ptr<char, decltype(&std::free)>;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetterDigit(char c)
{
    return (c >= 'a' && c <= 'z') || isDigit(c);
}

/// Whether an A-label decodes and encodes to itself again.
bool decodes(const std::string &label)
{
    char *unicode = nullptr;
    if (idn2_to_unicode_8z8z(label.c_str(), &unicode, 0) != IDN2_OK)
        return false;
    const CText keepUnicode(unicode, &std::free);
    char *ascii = nullptr;
    if (idn2_to_ascii_8z(unicode, &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    const CText keepAscii(ascii, &std::free);
    return label == ascii;
}

bool validLabel(const std::string &label)
{
    if (label.empty() || label.size() > maxLabel || label.front() == '-' || label.back() == '-')
        return false;
    if (!std::ranges::all_of(label, [](char c) { return isLetterDigit(c) || c == '-'; }))
        return false;
    return !label.starts_with("xn--") || decodes(label);
}

/// What some resolvers would read as a number: those names are never names.
bool numeric(std::string_view label)
{
    if (label.starts_with("0x"))
        return std::ranges::all_of(
            label.substr(2), [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); });
    return std::ranges::all_of(label, isDigit);
}

std::optional<Host> literal(const Address &address)
{
    return Host{.name = toText(address), .address = address};
}

bool validName(std::string_view name)
{
    if (name.empty() || name.size() > maxName)
        return false;
    for (std::size_t from = 0; from <= name.size();) {
        const auto dot = std::min(name.find('.', from), name.size());
        if (!validLabel(std::string(name.substr(from, dot - from))))
            return false;
        from = dot + 1;
    }
    const auto last = name.rfind('.');
    return !numeric(last == std::string_view::npos ? name : name.substr(last + 1));
}

std::string withoutAlias(std::string name)
{
    if (name == "host.docker.internal")
        return std::string(hostServiceName);
    if (name == "gateway.docker.internal")
        return std::string(gatewayName);
    return name;
}

} // namespace

std::string Host::authority() const
{
    return address && address->v6 ? "[" + name + "]" : name;
}

std::optional<Host> canonicalHost(std::string_view text)
{
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        const auto inner = text.substr(1, text.size() - 2);
        const auto address =
            inner.find(':') == std::string_view::npos ? std::nullopt : parseAddress(inner);
        return address ? literal(*address) : std::nullopt;
    }
    if (text.ends_with('.'))
        text.remove_suffix(1);
    if (text.find(':') != std::string_view::npos)
        return {};
    if (const auto address = parseAddress(text))
        return literal(*address);
    std::string name(text);
    std::ranges::transform(name, name.begin(), lower);
    if (!validName(name))
        return {};
    return Host{.name = withoutAlias(std::move(name)), .address = {}};
}

std::optional<Host> hostFromPerson(std::string_view text)
{
    if (const auto address = parseAddress(text))
        return literal(*address);
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return canonicalHost(text);
    if (text.size() > 4 * maxName || text.find('\0') != std::string_view::npos)
        return {};
    char *ascii = nullptr;
    const auto flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
    if (idn2_to_ascii_8z(std::string(text).c_str(), &ascii, flags) != IDN2_OK)
        return {};
    const CText keep(ascii, &std::free);
    return canonicalHost(ascii);
}

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    if (text.empty() || text.size() > 5 || text.front() == '0' ||
        !std::ranges::all_of(text, isDigit))
        return {};
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value > 65535)
        return {};
    return static_cast<std::uint16_t>(value);
}

std::optional<RawAuthority> splitAuthority(std::string_view text)
{
    std::size_t from = 0;
    if (text.starts_with('[')) {
        from = text.find(']');
        if (from == std::string_view::npos)
            return {};
        ++from;
        if (from < text.size() && text[from] != ':')
            return {};
    }
    const auto colon = text.find(':', from);
    if (colon == std::string_view::npos)
        return RawAuthority{.host = text, .port = {}};
    return RawAuthority{.host = text.substr(0, colon), .port = text.substr(colon + 1)};
}

std::optional<Authority> parseAuthority(std::string_view text)
{
    const auto raw = splitAuthority(text);
    auto host = raw ? canonicalHost(raw->host) : std::nullopt;
    if (!host)
        return {};
    if (!raw->port)
        return Authority{.host = *host, .port = {}};
    const auto port = parsePort(*raw->port);
    if (!port)
        return {};
    return Authority{.host = *host, .port = port};
}

bool isPublicSuffix(const std::string &name)
{
    return psl_is_public_suffix2(psl_builtin(), name.c_str(), PSL_TYPE_ICANN) != 0;
}

bool isSharedSuffix(const std::string &name)
{
    const int type = PSL_TYPE_PRIVATE | PSL_TYPE_NO_STAR_RULE;
    return psl_is_public_suffix2(psl_builtin(), name.c_str(), type) != 0;
}

} // namespace core::policy
