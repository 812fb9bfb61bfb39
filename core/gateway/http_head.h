#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::gateway {

struct Header
{
    std::string name;  ///< as sent; compared without case
    std::string value; ///< without surrounding blanks
    friend bool operator==(const Header &, const Header &) = default;
};

/// In the order they were sent.
class HeaderList
{
public:
    std::vector<Header> all;

    /// The first value of that name, or nothing.
    [[nodiscard]] const std::string *find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    void remove(std::string_view name);
    void set(std::string_view name, std::string value);
    /// Whether a comma-separated header names the token, without case.
    [[nodiscard]] bool names(std::string_view name, std::string_view token) const;
    friend bool operator==(const HeaderList &, const HeaderList &) = default;
};

/// How a message's end is found.
struct Framing
{
    enum class Kind { None, Length, Chunked, UntilClose };
    Kind kind = Kind::None;
    std::uint64_t length = 0;
    friend bool operator==(const Framing &, const Framing &) = default;
};

struct RequestHead
{
    std::string method;
    std::string target;
    int minor = 1; ///< HTTP/1.x
    HeaderList headers;
    Framing body;
    friend bool operator==(const RequestHead &, const RequestHead &) = default;

    [[nodiscard]] bool keepsAlive() const;
    [[nodiscard]] bool upgradesToWebSocket() const;
};

struct ResponseHead
{
    int status = 0;
    std::string phrase;
    int minor = 1;
    HeaderList headers;
    Framing body;
};

/// Why a message is not taken, as the status that says so.
struct HttpFault
{
    int status = 400;
    std::string detail;
};

inline constexpr std::size_t maxHeadBytes = 64 << 10;
inline constexpr std::size_t maxRequestLine = 16 << 10;
inline constexpr std::size_t maxHeaders = 100;

/// Where a head ends, one past its empty line; nothing while it is incomplete. Bare line feeds do
/// not end a line.
std::optional<std::size_t> headEnd(std::string_view bytes);

/// Reads a request head including its empty line. llhttp reads it first; what it lets pass and
/// proxies have been fooled by (folded or bare lines, two lengths, other encodings, control bytes,
/// several Hosts) is refused here.
std::expected<RequestHead, HttpFault> parseRequest(std::string_view head);

/// Reads a response to `method`; 1xx responses have no body.
std::expected<ResponseHead, HttpFault> parseResponse(
    std::string_view head, std::string_view method);

/// Removes what concerns one connection only, all that Connection names, and what only proxies say
/// of themselves.
void removeHopByHop(HeaderList &headers);

std::string serialise(const RequestHead &head);
std::string serialise(const ResponseHead &head);

bool sameName(std::string_view a, std::string_view b);

} // namespace core::gateway
