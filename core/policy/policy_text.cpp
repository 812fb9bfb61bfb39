#include "core/policy/policy_text.h"

#include "core/policy/rule_text.h"

#include <algorithm>

namespace core::policy {

namespace {

/// Where the first byte is that cannot be in a policy text, or npos: control characters and what is
/// not UTF-8.
std::size_t firstOddByte(std::string_view line)
{
    for (std::size_t i = 0; i < line.size();) {
        const auto lead = static_cast<unsigned char>(line[i]);
        if ((lead < 0x20 && lead != '\t') || lead == 0x7f)
            return i;
        const std::size_t more = lead < 0x80                   ? 0
                                 : lead >= 0xc2 && lead < 0xe0 ? 1
                                 : lead >= 0xe0 && lead < 0xf0 ? 2
                                 : lead >= 0xf0 && lead < 0xf5 ? 3
                                                               : 9;
        if (more == 9 || i + more >= line.size() + (more == 0 ? 1 : 0))
            return i;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(line[i + k]) & 0xc0) != 0x80)
                return i;
        i += more + 1;
    }
    return std::string_view::npos;
}

class TextParser
{
public:
    explicit TextParser(std::string_view source)
        : m_source(source)
    {
    }

    ParsedPolicy run(std::string_view text);

private:
    void line(std::string_view text);
    void header(const std::vector<Token> &words);
    void otherwise(const std::vector<Token> &words);
    void include(const std::vector<Token> &words);
    void rule(std::string_view text);
    void report(int column,
        std::string message,
        Diagnostic::Severity severity = Diagnostic::Severity::Error);
    [[nodiscard]] RuleOrigin origin(const std::vector<Token> &words) const;

    std::string m_source;
    int m_line = 0;
    bool m_headed = false;
    ParsedPolicy m_parsed;
};

void TextParser::report(int column, std::string message, Diagnostic::Severity severity)
{
    m_parsed.diagnostics.push_back({.severity = severity,
        .source = m_source,
        .line = m_line,
        .column = column,
        .message = std::move(message)});
}

RuleOrigin TextParser::origin(const std::vector<Token> &words) const
{
    RuleOrigin made{.source = m_source, .line = m_line, .text = {}};
    for (const auto &word : words)
        made.text += (made.text.empty() ? "" : " ") + std::string(word.text);
    return made;
}

void TextParser::header(const std::vector<Token> &words)
{
    m_headed = true;
    if (words[0].text != "paddock-policy")
        report(words[0].column, "the first line must be “" + std::string(policyHeader) + "”");
    else if (words.size() != 2 || words[1].text != "1")
        report(words[0].column, "this version of the policy format is not known; version 1 is");
}

void TextParser::otherwise(const std::vector<Token> &words)
{
    if (m_parsed.otherwise)
        return report(words[0].column, "there is a default line already");
    if (words.size() != 2)
        return report(words[0].column, "write “default deny”, “default ask” or “default allow”");
    if (words[1].text == "deny")
        m_parsed.otherwise = Verdict::Deny;
    else if (words[1].text == "ask")
        m_parsed.otherwise = Verdict::Ask;
    else if (words[1].text == "allow")
        m_parsed.otherwise = Verdict::Allow;
    else
        return report(words[1].column, "a default is deny, ask or allow");
    m_parsed.otherwiseOrigin = origin(words);
}

void TextParser::include(const std::vector<Token> &words)
{
    if (words.size() != 2)
        return report(words[0].column, "write “include” and the name of one preset");
    m_parsed.includes.push_back(
        {.preset = std::string(words[1].text), .origin = origin(words), .column = words[1].column});
}

void TextParser::rule(std::string_view text)
{
    auto read = parseRule(text, {.source = m_source, .line = m_line, .text = {}});
    if (!read) {
        m_parsed.diagnostics.push_back(read.error());
        return;
    }
    const bool wide = read->host.kind == HostPattern::Kind::OneLabel ||
                      read->host.kind == HostPattern::Kind::Labels;
    if (wide && read->verb == Verb::Allow && isSharedSuffix(read->host.name))
        report(1,
            "anybody can publish under " + read->host.name +
                ": this rule lets data out to strangers",
            Diagnostic::Severity::Warning);
    m_parsed.rules.push_back(std::move(*read));
}

void TextParser::line(std::string_view text)
{
    if (const auto odd = firstOddByte(text); odd != std::string_view::npos)
        return report(static_cast<int>(odd) + 1,
            text[odd] == '\r' ? "the line ends with a carriage return; line feeds only"
                              : "control characters and broken UTF-8 have no place here");
    const auto words = tokens(text);
    if (words.empty())
        return;
    if (!m_headed)
        return header(words);
    if (words[0].text == "default")
        return otherwise(words);
    if (words[0].text == "include")
        return include(words);
    rule(text);
}

ParsedPolicy TextParser::run(std::string_view text)
{
    if (text.size() > maxPolicyBytes) {
        m_line = 1;
        report(1, "the text is longer than 256 KiB");
        return m_parsed;
    }
    for (const auto &[each, at] : split(text, '\n')) {
        ++m_line;
        line(each);
        if (m_parsed.rules.size() > maxPolicyRules || m_parsed.diagnostics.size() > 100) {
            report(1, "too many rules or faults; the rest was not read");
            break;
        }
    }
    return m_parsed;
}

std::string_view schemeText(Scheme scheme)
{
    switch (scheme) {
    case Scheme::Any:
        return "";
    case Scheme::Http:
        return "http://";
    case Scheme::Https:
        return "https://";
    case Scheme::Tls:
        return "tls://";
    case Scheme::Tcp:
        return "tcp://";
    }
    std::unreachable();
}

std::string_view verbText(Verb verb)
{
    switch (verb) {
    case Verb::Allow:
        return "allow";
    case Verb::Deny:
        return "deny";
    case Verb::Ask:
        return "ask";
    case Verb::Grant:
        return "grant";
    }
    std::unreachable();
}

std::string hostText(const HostPattern &host)
{
    switch (host.kind) {
    case HostPattern::Kind::Exact:
        return host.name;
    case HostPattern::Kind::OneLabel:
        return "*." + host.name;
    case HostPattern::Kind::Labels:
        return "**." + host.name;
    case HostPattern::Kind::AnyName:
        return "**";
    case HostPattern::Kind::Addresses:
        return host.network.base.v6 ? "[" + toText(host.network) + "]" : toText(host.network);
    }
    std::unreachable();
}

std::string portsText(const std::vector<PortRange> &ports)
{
    std::string text;
    for (const auto &[first, last] : ports) {
        if (first == 1 && last == 65535)
            return ":*";
        text += (text.empty() ? ":" : ",") + std::to_string(first);
        if (last != first)
            text += "-" + std::to_string(last);
    }
    return text;
}

std::string targetText(const Rule &rule)
{
    return std::string(schemeText(rule.scheme)) + hostText(rule.host) + portsText(rule.ports);
}

/// Whether a line of a policy is a rule that `wanted` (a rule, or a target to be denied) names.
bool names(std::string_view line, const Rule &wanted, bool targetOnly)
{
    const auto rule = parseRule(line);
    if (!rule)
        return false;
    return targetOnly ? targetText(*rule) == targetText(wanted) : toText(*rule) == toText(wanted);
}

} // namespace

std::string toText(const Diagnostic &diagnostic)
{
    return diagnostic.source + ":" + std::to_string(diagnostic.line) + ":" +
           std::to_string(diagnostic.column) + ": " + diagnostic.message;
}

bool ParsedPolicy::isValid() const
{
    return std::ranges::none_of(diagnostics,
        [](const Diagnostic &each) { return each.severity == Diagnostic::Severity::Error; });
}

ParsedPolicy parsePolicy(std::string_view text, std::string_view source)
{
    return TextParser(source).run(text);
}

std::string toText(const Rule &rule)
{
    std::string text = rule.sandbox.empty() ? "" : "@" + rule.sandbox + " ";
    text += std::string(verbText(rule.verb)) + " " + targetText(rule);
    for (std::size_t i = 0; i < rule.methods.size(); ++i)
        text += (i == 0 ? " method=" : ",") + rule.methods[i];
    return rule.path ? text + " path=" + *rule.path : text;
}

std::expected<EditedPolicy, Diagnostic> addRule(std::string_view text, std::string_view rule)
{
    const auto parsed = parseRule(rule);
    if (!parsed)
        return std::unexpected(parsed.error());
    const auto present = parsePolicy(text, "policy");
    if (!present.isValid())
        return std::unexpected(*std::ranges::find(
            present.diagnostics, Diagnostic::Severity::Error, &Diagnostic::severity));
    const auto line = toText(*parsed);
    if (std::ranges::any_of(present.rules, [&](const Rule &each) { return toText(each) == line; }))
        return EditedPolicy{.text = std::string(text), .changed = 0};
    std::string edited(text);
    const auto lines = split(text, '\n');
    const bool headed =
        std::ranges::any_of(lines, [](const auto &each) { return !tokens(each.first).empty(); });
    if (!headed)
        edited.insert(0, std::string(policyHeader) + "\n");
    if (!edited.ends_with('\n'))
        edited += '\n';
    return EditedPolicy{.text = edited + line + "\n", .changed = 1};
}

EditedPolicy removeRule(std::string_view text, std::string_view rule)
{
    auto wanted = parseRule(rule);
    const bool targetOnly = !wanted;
    if (targetOnly)
        wanted = parseRule("deny " + std::string(rule));
    if (!wanted)
        return {.text = std::string(text), .changed = 0};
    EditedPolicy edited;
    for (const auto &[line, at] : split(text, '\n')) {
        if (names(line, *wanted, targetOnly)) {
            ++edited.changed;
            continue;
        }
        edited.text += line;
        if (at + line.size() < text.size())
            edited.text += '\n';
    }
    return edited;
}

} // namespace core::policy
