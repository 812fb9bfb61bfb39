#pragma once

#include "core/agents/agent.h"
#include "core/paths.h"
#include "core/result.h"
#include "core/sandbox/sandbox_settings.h"

#include <QList>
#include <QString>

namespace core {

/// A rule in force for a sandbox, as it stands in its file.
struct ListedRule
{
    QString verb;   ///< "allow", "deny"
    QString target; ///< what follows the verb, with its options
    QString source; ///< "global", "sandbox", "preset:NAME"
    int line = 0;
    friend bool operator==(const ListedRule &, const ListedRule &) = default;
};

/// The answer to "what would happen to this destination".
struct DestinationCheck
{
    QString verdict;  ///< "allow", "deny", "reject"
    QString sentence; ///< English
    QString rule;
    QString source;
};

/// sandbox.policy of one sandbox.
QString sandboxPolicyFile(const Paths &paths, const SandboxId &id);
/// A missing file is empty.
Result<QString> readPolicyFile(const QString &file);

/// Everything in force, in the order sandbox, global, presets. PolicyInvalid names source, line and
/// column.
Result<QList<ListedRule>> rulesInForce(
    const Paths &paths, const SandboxSettings &settings, const Agent &agent);
/// Decides with the files as they are, without the gateway. Usage when `destination` is none.
Result<DestinationCheck> checkDestination(const Paths &paths,
    const SandboxSettings &settings,
    const Agent &agent,
    const QString &destination);

/// How many lines changed. The gateway learns of it by `policy.reload`.
Result<int> addPolicyRule(const QString &file, const QString &rule);
Result<int> removePolicyRule(const QString &file, const QString &rule);

} // namespace core
