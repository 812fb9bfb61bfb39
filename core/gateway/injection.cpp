#include "core/gateway/injection.h"

#include <algorithm>
#include <array>

namespace core::gateway {

namespace {

bool holdsPlaceholder(const RequestHead &head)
{
    const auto holds = [](std::string_view text) {
        return text.find(placeholderInfix) != std::string_view::npos;
    };
    return holds(head.target) || std::ranges::any_of(head.headers.all, [&](const Header &header) {
        return holds(header.name) || holds(header.value);
    });
}

/// Removes the query parameters in which keys are sent.
void stripQueryKeys(std::string &target)
{
    static constexpr std::array names{"key=", "access_token=", "api_key=", "api-key="};
    const auto mark = target.find('?');
    if (mark == std::string::npos)
        return;
    std::string kept;
    std::string_view rest = std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto each = rest.substr(0, end);
        const bool key =
            std::ranges::any_of(names, [&](const char *name) { return each.starts_with(name); });
        if (!key)
            kept += (kept.empty() ? "?" : "&") + std::string(each);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    target.resize(mark);
    target += kept;
}

std::string filled(std::string format, std::string_view secret)
{
    static constexpr std::string_view mark = "{secret}";
    if (const auto at = format.find(mark); at != std::string::npos)
        format.replace(at, mark.size(), secret);
    return format;
}

} // namespace

bool Binding::binds(std::string_view host) const
{
    return std::ranges::find(hosts, host) != hosts.end();
}

bool Binding::covers(std::string_view canonicalPath) const
{
    return canonicalPath.starts_with(pathPrefix);
}

bool isUsableSecret(std::string_view secret)
{
    return !secret.empty() &&
           std::ranges::all_of(secret, [](char c) { return c >= 0x20 && c < 0x7f; });
}

Injection inject(RequestHead &head, const Binding *binding, std::string_view path, bool plainPath)
{
    if (binding == nullptr)
        return holdsPlaceholder(head) ? Injection::Mismatch : Injection::None;
    static constexpr std::array always{
        "authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key"};
    for (const auto *name : always)
        head.headers.remove(name);
    for (const auto &name : binding->strip)
        head.headers.remove(name);
    head.headers.remove(binding->header);
    stripQueryKeys(head.target);
    if (holdsPlaceholder(head))
        return Injection::Mismatch;
    head.headers.set("Accept-Encoding", "identity");
    if (!plainPath || !binding->covers(path))
        return Injection::Stripped;
    if (!binding->secret || !isUsableSecret(binding->secret->view()))
        return Injection::Missing;
    head.headers.set(binding->header, filled(binding->format, binding->secret->view()));
    return Injection::Injected;
}

} // namespace core::gateway
