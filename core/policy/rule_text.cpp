#include "core/policy/rule_text.h"

#include <algorithm>
#include <array>

namespace core::policy {

namespace {

using Failure = std::unexpected<Diagnostic>;

/// Reads one rule; every step returns what is wrong, at its column.
class RuleParser
{
public:
    RuleParser(std::string_view line, const RuleOrigin &origin)
        : m_tokens(tokens(line))
    {
        m_rule.origin = origin;
        m_rule.origin.text.clear();
        for (const auto &token : m_tokens)
            m_rule.origin.text += (m_rule.origin.text.empty() ? "" : " ") + std::string(token.text);
    }

    std::expected<Rule, Diagnostic> run();

private:
    using Step = std::expected<void, Diagnostic>;

    [[nodiscard]] Failure fail(
        const Token &token, std::string message, std::size_t offset = 0) const
    {
        return Failure(Diagnostic{.severity = Diagnostic::Severity::Error,
            .source = m_rule.origin.source,
            .line = m_rule.origin.line,
            .column = token.column + static_cast<int>(offset),
            .message = std::move(message)});
    }

    Step verb(const Token &token);
    Step target(const Token &token);
    Step host(const Token &token, std::string_view text, std::size_t offset);
    Step pattern(const Token &token, std::string_view text, std::size_t offset);
    Step ports(const Token &token, std::string_view text, std::size_t offset);
    Step option(const Token &token);
    Step methods(const Token &token, std::string_view list);
    Step path(const Token &token, std::string_view glob);
    Step together(const Token &target);
    Step serviceOf(const Token &target);

    [[nodiscard]] bool opens() const
    {
        return m_rule.verb == Verb::Allow || m_rule.verb == Verb::Grant;
    }

    std::vector<Token> m_tokens;
    Rule m_rule;
};

constexpr std::array verbs{std::pair{"allow", Verb::Allow},
    std::pair{"deny", Verb::Deny},
    std::pair{"ask", Verb::Ask},
    std::pair{"grant", Verb::Grant}};

constexpr std::array schemes{std::pair{"http", Scheme::Http},
    std::pair{"https", Scheme::Https},
    std::pair{"tls", Scheme::Tls},
    std::pair{"tcp", Scheme::Tcp}};

std::string quoted(std::string_view text)
{
    return "“" + std::string(text) + "”";
}

RuleParser::Step RuleParser::verb(const Token &token)
{
    const auto *found =
        std::ranges::find_if(verbs, [&](const auto &each) { return token.text == each.first; });
    if (found == verbs.end())
        return fail(token, quoted(token.text) + " is not a verb: write allow, deny, ask or grant");
    m_rule.verb = found->second;
    return {};
}

RuleParser::Step RuleParser::target(const Token &token)
{
    auto text = token.text;
    std::size_t offset = 0;
    if (const auto colon = text.find("://"); colon != std::string_view::npos) {
        const auto name = text.substr(0, colon);
        const auto *found =
            std::ranges::find_if(schemes, [&](const auto &each) { return name == each.first; });
        if (found == schemes.end())
            return fail(token, quoted(name) + " is not a scheme: write http, https, tls or tcp");
        m_rule.scheme = found->second;
        offset = colon + 3;
        text.remove_prefix(offset);
    }
    return host(token, text, offset);
}

RuleParser::Step RuleParser::host(const Token &token, std::string_view text, std::size_t offset)
{
    if (const auto at = text.find('@'); at != std::string_view::npos)
        return fail(token, "a target has no user name", offset + at);
    if (const auto mark = text.find('?'); mark != std::string_view::npos)
        return fail(token, "a target has no query", offset + mark);
    if (const auto whole = parseNetwork(text); whole && whole->base.v6) {
        m_rule.host = {.kind = HostPattern::Kind::Addresses, .name = {}, .network = *whole};
        return {};
    }
    const auto raw = splitAuthority(text);
    if (!raw || raw->host.empty())
        return fail(token, "a host is missing or its brackets do not match", offset);
    if (auto step = pattern(token, raw->host, offset); !step)
        return step;
    return raw->port ? ports(token, *raw->port, offset + raw->host.size() + 1) : Step{};
}

RuleParser::Step RuleParser::pattern(const Token &token, std::string_view text, std::size_t offset)
{
    auto &host = m_rule.host;
    const bool bracketed = text.starts_with('[');
    const auto network = parseNetwork(bracketed ? text.substr(1, text.size() - 2) : text);
    if (network && bracketed == network->base.v6) {
        host = {.kind = HostPattern::Kind::Addresses, .name = {}, .network = *network};
        return {};
    }
    if (const auto slash = text.find('/'); slash != std::string_view::npos)
        return fail(token,
            "a target has no path, and this is no network: write path=/… after it",
            offset + slash);
    if (text == "**") {
        host.kind = HostPattern::Kind::AnyName;
        return {};
    }
    if (text.starts_with("**."))
        host.kind = HostPattern::Kind::Labels;
    else if (text.starts_with("*."))
        host.kind = HostPattern::Kind::OneLabel;
    const std::size_t skip = host.kind == HostPattern::Kind::Exact ? 0 : text.find('.') + 1;
    const auto name = text.substr(skip);
    if (name.find('*') != std::string_view::npos)
        return fail(token,
            "a wildcard stands for whole labels at the left: *.example.com, **.example.com or **",
            offset);
    const auto read = hostFromPerson(name);
    if (!read || (read->address && skip != 0))
        return fail(token, quoted(name) + " is not a host name or address", offset + skip);
    if (read->address) // an address with a trailing dot
        return fail(token, "write the address as " + read->name, offset);
    host.name = read->name;
    return {};
}

RuleParser::Step RuleParser::ports(const Token &token, std::string_view text, std::size_t offset)
{
    if (text == "*") {
        m_rule.ports = {{.first = 1, .last = 65535}};
        return {};
    }
    for (const auto &[part, at] : split(text, ',')) {
        const auto dash = part.find('-');
        const auto first = parsePort(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : parsePort(part.substr(dash + 1));
        if (!first || !last || *last < *first)
            return fail(token, quoted(part) + " is not a port or a range of ports", offset + at);
        m_rule.ports.push_back({.first = *first, .last = *last});
    }
    return {};
}

RuleParser::Step RuleParser::option(const Token &token)
{
    if (token.text.starts_with("method=") && m_rule.methods.empty())
        return methods(token, token.text.substr(7));
    if (token.text.starts_with("path=") && !m_rule.path)
        return path(token, token.text.substr(5));
    return fail(
        token, quoted(token.text) + " is not an option: there are method= and path=, once each");
}

RuleParser::Step RuleParser::methods(const Token &token, std::string_view list)
{
    for (const auto &[part, at] : split(list, ',')) {
        const bool valid = !part.empty() && part.size() <= 20 &&
                           std::ranges::all_of(part, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!valid)
            return fail(token, quoted(part) + " is not a method: capital letters only", 7 + at);
        m_rule.methods.emplace_back(part);
    }
    return {};
}

RuleParser::Step RuleParser::path(const Token &token, std::string_view glob)
{
    if (!glob.starts_with('/'))
        return fail(token, "a path begins with /", 5);
    const auto odd = std::ranges::find_if(glob, [](char c) {
        return c <= ' ' || c == 0x7f || static_cast<unsigned char>(c) >= 0x80 || c == '?' ||
               c == '%' || c == ';' || c == '\\';
    });
    if (odd != glob.end())
        return fail(token,
            "a path has no query, percent sign, semicolon, backslash or non-ASCII letter",
            5);
    for (const auto &[segment, at] : split(glob.substr(1), '/')) {
        const bool stars = segment.find("**") != std::string_view::npos;
        if (segment == "." || segment == ".." || (stars && segment != "**"))
            return fail(
                token, "** stands for whole segments, and there are no dot segments", 6 + at);
    }
    m_rule.path = std::string(glob);
    return {};
}

/// A name of the host's own services is opened port by port.
RuleParser::Step RuleParser::serviceOf(const Token &target)
{
    const auto single = [](const PortRange &range) { return range.first == range.last; };
    if (m_rule.ports.empty() || !std::ranges::all_of(m_rule.ports, single))
        return fail(target,
            "a service of the host is allowed by exact port, as in "
            "tcp://host.sandbox.internal:5432");
    return {};
}

/// What the parts mean together.
RuleParser::Step RuleParser::together(const Token &target)
{
    const auto &host = m_rule.host;
    using Kind = HostPattern::Kind;
    if (m_rule.scheme == Scheme::Tcp && m_rule.ports.empty() && opens())
        return fail(target, "tcp:// needs a port");
    if (m_rule.inspects() && (m_rule.scheme == Scheme::Tcp || m_rule.scheme == Scheme::Tls))
        return fail(target, "method= and path= need http or https: the rest cannot be looked into");
    if (m_rule.inspects() && host.kind == Kind::Addresses)
        return fail(target, "method= and path= are not for addresses");
    if (m_rule.verb == Verb::Grant && host.kind != Kind::Exact && host.kind != Kind::Addresses)
        return fail(target, "a recorded answer is for one host, never a wildcard");
    if (m_rule.verb == Verb::Deny)
        return {};
    if ((host.kind == Kind::OneLabel || host.kind == Kind::Labels) && isPublicSuffix(host.name))
        return fail(target,
            "everybody can register names under " + host.name + ", so this wildcard is too wide");
    if (host.kind == Kind::Addresses && isHardGuarded(host.network))
        return fail(
            target, "loopback, link-local, metadata and multicast addresses are never reachable");
    if (host.kind != Kind::Exact)
        return {};
    if (host.name == hostServiceName)
        return serviceOf(target);
    if (host.name.find('.') == std::string::npos || host.name.ends_with(".localhost") ||
        host.name == gatewayName)
        return fail(target,
            quoted(host.name) +
                " is never reachable; a service of the host is host.sandbox.internal:PORT");
    return {};
}

std::expected<Rule, Diagnostic> RuleParser::run()
{
    auto token = m_tokens.begin();
    const auto last = m_tokens.end();
    if (token != last && token->text.starts_with('@')) {
        m_rule.sandbox = token->text.substr(1);
        if (m_rule.sandbox.empty())
            return fail(*token, "a sandbox name follows @");
        ++token;
    }
    if (token == last)
        return fail(Token{.text = {}, .column = 1}, "a rule is missing");
    if (auto step = verb(*token); !step)
        return Failure(step.error());
    const auto verbToken = *token++;
    if (token == last)
        return fail(
            verbToken, "a target is missing, as in “allow example.com”", verbToken.text.size());
    const auto targetToken = *token++;
    if (auto step = target(targetToken); !step)
        return Failure(step.error());
    for (; token != last; ++token)
        if (auto step = option(*token); !step)
            return Failure(step.error());
    if (auto step = together(targetToken); !step)
        return Failure(step.error());
    return m_rule;
}

} // namespace

std::vector<Token> tokens(std::string_view line)
{
    std::vector<Token> found;
    const auto isSpace = [](char c) { return c == ' ' || c == '\t'; };
    for (std::size_t at = 0; at < line.size();) {
        if (isSpace(line[at])) {
            ++at;
            continue;
        }
        if (line[at] == '#')
            break;
        std::size_t end = at;
        while (end < line.size() && !isSpace(line[end]))
            ++end;
        found.push_back({.text = line.substr(at, end - at), .column = static_cast<int>(at) + 1});
        at = end;
    }
    return found;
}

std::vector<std::pair<std::string_view, std::size_t>> split(std::string_view text, char separator)
{
    std::vector<std::pair<std::string_view, std::size_t>> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(separator, from), text.size());
        parts.emplace_back(text.substr(from, end - from), from);
        from = end + 1;
    }
    return parts;
}

std::expected<Rule, Diagnostic> parseRule(std::string_view line, const RuleOrigin &origin)
{
    return RuleParser(line, origin).run();
}

} // namespace core::policy
