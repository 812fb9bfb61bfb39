#include "core/gateway/http_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <llhttp.h>

namespace core::gateway {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool isToken(std::string_view text)
{
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

enum class Side { Request, Response };

bool isValue(std::string_view text, Side side)
{
    return std::ranges::all_of(text, [side](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte < 0x7f) ||
               (byte >= 0x80 && side == Side::Response);
    });
}

std::unexpected<HttpFault> fault(std::string detail, int status = 400)
{
    return std::unexpected(HttpFault{.status = status, .detail = std::move(detail)});
}

/// Takes one line that ends with CR LF, without them; nothing when it holds a bare CR or LF.
std::optional<std::string_view> takeLine(std::string_view &rest)
{
    const auto end = rest.find('\n');
    if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r')
        return {};
    const auto line = rest.substr(0, end - 1);
    rest.remove_prefix(end + 1);
    return line.find('\r') == std::string_view::npos ? std::optional(line) : std::nullopt;
}

std::expected<HeaderList, HttpFault> parseHeaders(std::string_view rest, Side side)
{
    HeaderList headers;
    while (true) {
        const auto line = takeLine(rest);
        if (!line)
            return fault("a header line does not end with CR LF");
        if (line->empty())
            break;
        const auto colon = line->find(':');
        if (colon == std::string_view::npos || !isToken(line->substr(0, colon)))
            return fault("a header has no valid name");
        const auto value = trimmed(line->substr(colon + 1));
        if (!isValue(value, side))
            return fault("a header holds a control character or a byte that is not ASCII");
        headers.all.push_back(
            {.name = std::string(line->substr(0, colon)), .value = std::string(value)});
        if (headers.all.size() > maxHeaders)
            return fault("more than 100 headers", 431);
    }
    if (!rest.empty())
        return fault("bytes follow the head");
    return headers;
}

/// What Content-Length and Transfer-Encoding say; both at once, or either in any unusual spelling,
/// is a fault.
std::expected<Framing, HttpFault> framingOf(const HeaderList &headers, int minor, Framing otherwise)
{
    const auto lengths = headers.count("content-length");
    const auto encodings = headers.count("transfer-encoding");
    if (lengths + encodings > 1)
        return fault("more than one header tells the message's length");
    if (encodings == 1) {
        auto value = *headers.find("transfer-encoding");
        std::ranges::transform(value, value.begin(), lower);
        if (value != "chunked" || minor == 0)
            return fault("the only transfer encoding is chunked, in HTTP/1.1");
        return Framing{.kind = Framing::Kind::Chunked, .length = 0};
    }
    if (lengths == 0)
        return otherwise;
    const auto &value = *headers.find("content-length");
    Framing framing{.kind = Framing::Kind::Length, .length = 0};
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), framing.length);
    if (value.empty() || value.size() > 18 || error != std::errc() ||
        end != value.data() + value.size())
        return fault("Content-Length is not a plain number");
    return framing;
}

std::optional<int> minorOf(std::string_view version)
{
    if (version == "HTTP/1.1")
        return 1;
    if (version == "HTTP/1.0")
        return 0;
    return {};
}

bool llhttpAccepts(std::string_view head, llhttp_type type)
{
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_headers_complete = [](llhttp_t *) { return static_cast<int>(HPE_PAUSED); };
    llhttp_t parser;
    llhttp_init(&parser, type, &settings);
    const auto result = llhttp_execute(&parser, head.data(), head.size());
    return result == HPE_OK || result == HPE_PAUSED || result == HPE_PAUSED_UPGRADE ||
           result == HPE_CB_HEADERS_COMPLETE || result == HPE_USER;
}

bool validMethod(std::string_view method)
{
    return !method.empty() && method.size() <= 20 &&
           std::ranges::all_of(method, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

bool validTarget(std::string_view method, std::string_view target)
{
    if (target.empty() ||
        !std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f; }) ||
        target.find_first_of("#\\") != std::string_view::npos)
        return false;
    if (method == "CONNECT")
        return target.find('/') == std::string_view::npos &&
               target.find('@') == std::string_view::npos;
    if (target == "*")
        return method == "OPTIONS";
    return target.starts_with('/') || target.find("://") != std::string_view::npos;
}

} // namespace

bool sameName(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const std::string *HeaderList::find(std::string_view name) const
{
    const auto found = std::ranges::find_if(
        all, [&](const Header &header) { return sameName(header.name, name); });
    return found == all.end() ? nullptr : &found->value;
}

std::size_t HeaderList::count(std::string_view name) const
{
    const auto found = std::ranges::count_if(
        all, [&](const Header &header) { return sameName(header.name, name); });
    return static_cast<std::size_t>(found);
}

void HeaderList::remove(std::string_view name)
{
    const std::string wanted(name); // may be a value of this very list
    std::erase_if(all, [&](const Header &header) { return sameName(header.name, wanted); });
}

void HeaderList::set(std::string_view name, std::string value)
{
    remove(name);
    all.push_back({.name = std::string(name), .value = std::move(value)});
}

bool HeaderList::names(std::string_view name, std::string_view token) const
{
    for (const auto &header : all) {
        if (!sameName(header.name, name))
            continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            if (sameName(trimmed(rest.substr(0, comma)), token))
                return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

bool RequestHead::keepsAlive() const
{
    return minor == 1 && !headers.names("connection", "close") &&
           !headers.names("proxy-connection", "close");
}

bool RequestHead::upgradesToWebSocket() const
{
    return method == "GET" && headers.names("connection", "upgrade") &&
           headers.names("upgrade", "websocket");
}

std::optional<std::size_t> headEnd(std::string_view bytes)
{
    const auto end = bytes.find("\r\n\r\n");
    return end == std::string_view::npos ? std::nullopt : std::optional(end + 4);
}

std::expected<RequestHead, HttpFault> parseRequest(std::string_view head)
{
    auto rest = head;
    const auto line = takeLine(rest);
    if (!line)
        return fault("the request line does not end with CR LF");
    if (line->size() > maxRequestLine)
        return fault("the request line is longer than 16 KiB", 414);
    const auto first = line->find(' ');
    const auto last = line->rfind(' ');
    if (first == std::string_view::npos || first == last)
        return fault("the request line has not three parts");
    RequestHead request{.method = std::string(line->substr(0, first)),
        .target = std::string(line->substr(first + 1, last - first - 1)),
        .minor = 1,
        .headers = {},
        .body = {}};
    const auto minor = minorOf(line->substr(last + 1));
    if (!minor || !validMethod(request.method) || !validTarget(request.method, request.target))
        return fault("the request line is not one of HTTP/1.0 or HTTP/1.1");
    request.minor = *minor;
    auto headers = parseHeaders(rest, Side::Request);
    if (!headers)
        return std::unexpected(headers.error());
    request.headers = std::move(*headers);
    if (request.headers.count("host") > 1)
        return fault("more than one Host");
    const auto body = framingOf(request.headers, request.minor, {});
    if (!body)
        return std::unexpected(body.error());
    request.body = *body;
    if (request.method == "CONNECT" && request.body != Framing{})
        return fault("CONNECT has no body");
    if (!llhttpAccepts(head, HTTP_REQUEST))
        return fault("the request is not HTTP");
    return request;
}

std::expected<ResponseHead, HttpFault> parseResponse(std::string_view head, std::string_view method)
{
    auto rest = head;
    const auto line = takeLine(rest);
    const auto minor = line && line->size() >= 12 ? minorOf(line->substr(0, 8)) : std::nullopt;
    ResponseHead response;
    const auto digits = minor ? line->substr(9, 3) : std::string_view();
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), response.status);
    const bool spaced = minor && (*line)[8] == ' ' && (line->size() == 12 || (*line)[12] == ' ');
    if (!spaced || error != std::errc() || end != digits.data() + 3 || response.status < 100 ||
        response.status > 599)
        return fault("the status line is not one of HTTP/1.0 or HTTP/1.1", 502);
    response.minor = *minor;
    response.phrase = line->size() > 13 ? line->substr(13) : "";
    auto headers = parseHeaders(rest, Side::Response);
    if (!headers || !isValue(response.phrase, Side::Response))
        return fault(
            headers ? "a control character in the status line" : headers.error().detail, 502);
    response.headers = std::move(*headers);
    auto body = framingOf(
        response.headers, response.minor, {.kind = Framing::Kind::UntilClose, .length = 0});
    if (!body)
        return fault(body.error().detail, 502);
    const bool bodiless = response.status < 200 || response.status == 204 ||
                          response.status == 304 || method == "HEAD";
    response.body = bodiless ? Framing{} : *body;
    return response;
}

void removeHopByHop(HeaderList &headers)
{
    std::vector<std::string> named;
    for (const auto &header : headers.all) {
        if (!sameName(header.name, "connection") && !sameName(header.name, "proxy-connection"))
            continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            named.emplace_back(trimmed(rest.substr(0, comma)));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    for (const auto &name : named)
        if (!sameName(name, "host"))
            headers.remove(name);
    static constexpr std::array own{"connection",
        "proxy-connection",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "http2-settings",
        "transfer-encoding",
        "content-length",
        "proxy-authorization",
        "proxy-authenticate",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "forwarded",
        "via",
        "expect",
        "alt-svc"};
    for (const auto *name : own)
        headers.remove(name);
    std::erase_if(headers.all, [](const Header &header) {
        return header.name.size() >= 10 && sameName(header.name.substr(0, 10), "x-sandbox-");
    });
}

namespace {

std::string headerLines(const HeaderList &headers)
{
    std::string text;
    for (const auto &header : headers.all)
        text += header.name + ": " + header.value + "\r\n";
    return text + "\r\n";
}

} // namespace

std::string serialise(const RequestHead &head)
{
    return head.method + " " + head.target + " HTTP/1.1\r\n" + headerLines(head.headers);
}

std::string serialise(const ResponseHead &head)
{
    return "HTTP/1.1 " + std::to_string(head.status) + " " + head.phrase + "\r\n" +
           headerLines(head.headers);
}

} // namespace core::gateway
