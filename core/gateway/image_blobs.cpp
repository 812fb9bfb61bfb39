#include "core/gateway/image_blobs.h"

#include "core/policy/match.h"
#include "core/policy/path.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace core::gateway {

namespace {

constexpr std::size_t digestDigits = 64;
constexpr std::int64_t abandonedAfter = 60 * 60;

bool isDigest(std::string_view text)
{
    return text.size() == digestDigits && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool asksForAPart(const HeaderList &headers)
{
    static constexpr std::array partial{"range",
        "if-range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "if-unmodified-since"};
    return std::ranges::any_of(
        partial, [&](const char *name) { return headers.find(name) != nullptr; });
}

} // namespace

std::optional<std::string> blobAskedFor(const RequestHead &request)
{
    static constexpr std::string_view root = "/v2/";
    static constexpr std::string_view middle = "/blobs/sha256:";
    const auto target = policy::splitTarget(request.target);
    if (request.method != "GET" || request.body != Framing{} || request.upgradesToWebSocket() ||
        asksForAPart(request.headers) || !target)
        return {};
    const auto path = target->path;
    const auto canonical = policy::canonicalPath(path);
    if (canonical.state != policy::CanonicalPath::State::Plain || canonical.text != path)
        return {};
    const auto at = path.rfind(middle);
    if (!path.starts_with(root) || at == std::string_view::npos || at <= root.size())
        return {};
    const auto digest = path.substr(at + middle.size());
    return isDigest(digest) ? std::optional<std::string>(digest) : std::nullopt;
}

std::optional<std::uint64_t> wholeLength(const ResponseHead &answer)
{
    if (answer.status == 200 && answer.body.kind == Framing::Kind::Length)
        return answer.body.length;
    static constexpr std::string_view first = "bytes 0-0/";
    const auto *range = answer.headers.find("content-range");
    if (answer.status != 206 || range == nullptr || !range->starts_with(first))
        return {};
    std::uint64_t length = 0;
    const auto *end = range->data() + range->size();
    const auto [stopped, error] = std::from_chars(range->data() + first.size(), end, length);
    return error == std::errc() && stopped == end ? std::optional(length) : std::nullopt;
}

std::optional<Redirection> redirectionOf(const ResponseHead &answer)
{
    static constexpr std::array statuses{301, 302, 303, 307, 308};
    if (std::ranges::find(statuses, answer.status) == statuses.end() ||
        answer.headers.count("location") != 1)
        return {};
    const auto &location = *answer.headers.find("location");
    const bool plain = std::ranges::all_of(location, [](char c) { return c > 0x20 && c < 0x7f; }) &&
                       location.find_first_of("#\\") == std::string::npos;
    const auto target = plain ? policy::splitTarget(location) : std::nullopt;
    if (!target || target->scheme != "https" || !target->path.starts_with('/'))
        return {};
    return Redirection{
        .authority = std::string(target->authority), .target = std::string(target->path)};
}

HeaderList blobHeaders(const std::string &digest)
{
    return {{{.name = "Content-Type", .value = "application/octet-stream"},
        {.name = "Docker-Content-Digest", .value = "sha256:" + digest}}};
}

std::vector<std::string> superfluous(
    std::vector<StoredFile> files, std::uint64_t room, std::int64_t now)
{
    std::uint64_t sum = 0;
    for (const auto &file : files)
        sum += file.size;
    std::ranges::sort(files, {}, &StoredFile::used);
    std::vector<std::string> gone;
    for (const auto &file : files) {
        const bool partial = file.name.starts_with(partialMark);
        const bool abandoned = partial && file.used < now - abandonedAfter;
        if (!abandoned && (partial || sum <= room))
            continue;
        sum -= file.size;
        gone.push_back(file.name);
    }
    return gone;
}

} // namespace core::gateway
