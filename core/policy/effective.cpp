#include "core/policy/effective.h"

#include <algorithm>
#include <array>
#include <set>

namespace core::policy {

namespace {

/// What `listed` opens besides the agent's own preset.
constexpr std::array listedPresets{"npm",
    "python",
    "rust",
    "go",
    "java",
    "dotnet",
    "php",
    "ruby",
    "debian",
    "ubuntu",
    "alpine",
    "containers",
    "github-read",
    "docs"};

class Union
{
public:
    explicit Union(const PolicyTexts &texts)
        : m_texts(texts)
    {
    }

    EffectivePolicy run();

private:
    void add(std::string_view text, const std::string &source);
    void preset(const std::string &name, const RuleOrigin &origin, int column);
    void fault(const RuleOrigin &origin, int column, std::string message);
    void askNobody(const ParsedPolicy &parsed);

    const PolicyTexts &m_texts;
    std::set<std::string> m_included;
    Policy m_policy;
    std::vector<Diagnostic> m_diagnostics;
};

void Union::fault(const RuleOrigin &origin, int column, std::string message)
{
    m_diagnostics.push_back({.severity = Diagnostic::Severity::Error,
        .source = origin.source,
        .line = origin.line,
        .column = column,
        .message = std::move(message)});
}

/// The modes there are have nobody to ask and are closed: another wish is a fault, not ignored.
void Union::askNobody(const ParsedPolicy &parsed)
{
    if (parsed.otherwise && *parsed.otherwise != Verdict::Deny)
        fault(parsed.otherwiseOrigin,
            1,
            "in the network modes listed and locked the default is deny; other defaults are not "
            "offered yet");
    for (const auto &rule : parsed.rules)
        if (rule.verb == Verb::Ask)
            fault(rule.origin, 1, "ask rules need the network mode ask, which is not offered yet");
}

void Union::add(std::string_view text, const std::string &source)
{
    auto parsed = parsePolicy(text, source);
    m_diagnostics.insert(m_diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    askNobody(parsed);
    for (const auto &include : parsed.includes)
        preset(include.preset, include.origin, include.column);
    std::ranges::move(parsed.rules, std::back_inserter(m_policy.rules));
}

void Union::preset(const std::string &name, const RuleOrigin &origin, int column)
{
    if (!m_included.insert(name).second)
        return;
    const auto found = m_texts.presets.find(name);
    if (found == m_texts.presets.end())
        return fault(origin, column, "there is no preset “" + name + "”");
    add(found->second, "preset:" + name);
}

EffectivePolicy Union::run()
{
    add(m_texts.global, "global");
    add(m_texts.sandbox, "sandbox");
    if (m_texts.mode == Mode::Listed) {
        const RuleOrigin origin{.source = "mode:listed", .line = 1, .text = {}};
        for (const auto &name : m_texts.agentPresets)
            preset(name, origin, 1);
        for (const auto *name : listedPresets)
            preset(name, origin, 1);
    }
    EffectivePolicy made{.policy = {}, .diagnostics = std::move(m_diagnostics)};
    const bool faulty = std::ranges::any_of(made.diagnostics,
        [](const Diagnostic &each) { return each.severity == Diagnostic::Severity::Error; });
    if (!faulty)
        made.policy = std::move(m_policy);
    return made;
}

} // namespace

std::optional<Mode> modeFromText(std::string_view text)
{
    if (text == "listed")
        return Mode::Listed;
    if (text == "locked")
        return Mode::Locked;
    return {};
}

EffectivePolicy effectivePolicy(const PolicyTexts &texts)
{
    return Union(texts).run();
}

} // namespace core::policy
