#pragma once

#include "app/cli/cli.h"

namespace cli {

/// The policy of all sandboxes, or of one.
struct PolicyScope
{
    QString file;
    std::optional<core::SandboxStatus> sandbox; ///< none: global
    [[nodiscard]] QString name() const;
};
/// `name` empty: global.
core::Result<PolicyScope> policyScope(Cli &cli, const std::string &name);

/// PolicyInvalid with "FILE:line:column: what" for the first error of the scope's file.
core::Result<> checkPolicy(const PolicyScope &scope);

/// Has every running warden that the scope concerns read its policy again. PolicyInvalid when one
/// refuses it.
core::Future<> reloadPolicy(Cli &cli, const PolicyScope &scope);

} // namespace cli
