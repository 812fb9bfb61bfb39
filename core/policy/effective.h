#pragma once

#include "core/policy/policy_text.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::policy {

/// How the network of a sandbox begins; `ask`, `open` and `learn` are not offered yet.
enum class Mode {
    Listed, ///< closed, but for the agent's own hosts, package registries, documentation and
            ///< reading from GitHub
    Locked, ///< closed, but for the rules somebody wrote
};
std::optional<Mode> modeFromText(std::string_view text);

/// Every text a sandbox's policy is made from.
struct PolicyTexts
{
    Mode mode = Mode::Listed;
    std::string global;
    std::string sandbox;
    std::map<std::string, std::string> presets; ///< name → text, all there are
    std::vector<std::string> agentPresets;      ///< those of the sandbox's agent
};

struct EffectivePolicy
{
    std::optional<Policy> policy; ///< none when a diagnostic is an error
    std::vector<Diagnostic> diagnostics;
};

/// Unites global rules, presets and the sandbox's rules. All or nothing: one fault anywhere and
/// there is no policy. What needs somebody to ask (`ask` rules, another default than deny) is a
/// fault in the modes there are.
EffectivePolicy effectivePolicy(const PolicyTexts &texts);

/// The presets shipped with Paddock, name → text.
const std::map<std::string, std::string> &builtinPresets();

} // namespace core::policy
