#pragma once

#include "core/policy/policy.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace core::policy {

inline constexpr std::size_t maxPolicyBytes = 256 << 10;
inline constexpr std::size_t maxPolicyRules = 5000;
/// The first line of every policy file that is not empty.
inline constexpr std::string_view policyHeader = "paddock-policy 1";

/// A fault, or a remark that hinders nothing, at a place in a policy text.
struct Diagnostic
{
    enum class Severity { Error, Warning };

    Severity severity = Severity::Error;
    std::string source;  ///< as in RuleOrigin
    int line = 0;        ///< from 1
    int column = 0;      ///< from 1, in bytes
    std::string message; ///< English, one sentence without full stop, for people
    friend bool operator==(const Diagnostic &, const Diagnostic &) = default;
};

/// "sandbox:3:7: message"
std::string toText(const Diagnostic &diagnostic);

struct Include
{
    std::string preset;
    RuleOrigin origin;
    int column = 0;
};

/// What one text says. With an error among the diagnostics nothing of it may be used.
struct ParsedPolicy
{
    std::optional<Verdict> otherwise; ///< of the "default" line
    RuleOrigin otherwiseOrigin;
    std::vector<Include> includes;
    std::vector<Rule> rules;
    std::vector<Diagnostic> diagnostics;

    [[nodiscard]] bool isValid() const;
};

/// Reads a whole text; an empty one is an empty policy. Collects every fault, not just the first.
ParsedPolicy parsePolicy(std::string_view text, std::string_view source);

/// Reads one rule, such as "allow https://example.com:8443 method=GET".
std::expected<Rule, Diagnostic> parseRule(std::string_view line, const RuleOrigin &origin = {});

/// The rule in the syntax of the file: "allow", what follows the verb, options.
std::string toText(const Rule &rule);

struct EditedPolicy
{
    std::string text;
    int changed = 0; ///< lines added or removed
};

/// Appends a rule to a text, with the header line if the text is empty. A rule that is already
/// there changes nothing. Fails when the rule, or the text as it stands, has a fault. Comments and
/// order are kept.
std::expected<EditedPolicy, Diagnostic> addRule(std::string_view text, std::string_view rule);

/// Removes every line that means the same rule as `rule` ("allow example.com"), or, when `rule` is
/// a target without a verb
/// ("example.com"), every rule with that target. Nothing found is `changed == 0`. Works on a text
/// with faults, too.
EditedPolicy removeRule(std::string_view text, std::string_view rule);

} // namespace core::policy
