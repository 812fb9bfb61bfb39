#include "app/cli/policy_file.h"

#include "core/client/sandbox_folder.h"
#include "core/client/sandbox_rules.h"
#include "core/client/warden_client.h"
#include "core/policy/policy_text.h"

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

constexpr int reloadPatienceMs = 5'000;

core::Future<> reloadNext(Cli &cli, QList<core::SandboxId> sandboxes)
{
    if (sandboxes.isEmpty())
        return core::ready(core::Result<>());
    const core::SandboxId id = sandboxes.takeFirst();
    return cli.sandboxes()
        .warden(id)
        ->call(u"policy.reload"_s, {}, reloadPatienceMs)
        .then(&cli,
            [&cli, sandboxes](const core::Result<QJsonObject> &answer) {
                if (!answer && answer.error().kind != Error::Kind::NotAnswering)
                    return core::ready(core::Result<>(std::unexpected(answer.error())));
                return reloadNext(cli, sandboxes); // one that ends or hangs reads it when it starts
            })
        .unwrap();
}

} // namespace

QString PolicyScope::name() const
{
    return sandbox ? sandbox->settings.name : u"all sandboxes"_s;
}

core::Result<PolicyScope> policyScope(Cli &cli, const std::string &name)
{
    if (name.empty())
        return PolicyScope{.file = cli.paths.globalPolicyFile(), .sandbox = {}};
    const auto sandbox = cli.find(name);
    if (!sandbox)
        return std::unexpected(sandbox.error());
    return PolicyScope{
        .file = core::sandboxPolicyFile(cli.paths, sandbox->settings.id), .sandbox = *sandbox};
}

core::Result<> checkPolicy(const PolicyScope &scope)
{
    const auto text = core::readPolicyFile(scope.file);
    if (!text)
        return std::unexpected(text.error());
    const auto parsed =
        core::policy::parsePolicy(text->toStdString(), scope.sandbox ? "sandbox" : "global");
    for (const core::policy::Diagnostic &diagnostic : parsed.diagnostics) {
        if (diagnostic.severity == core::policy::Diagnostic::Severity::Error)
            return std::unexpected(Error{Error::Kind::PolicyInvalid,
                u"%1:%2:%3: %4"_s.arg(scope.file)
                    .arg(diagnostic.line)
                    .arg(diagnostic.column)
                    .arg(QString::fromStdString(diagnostic.message))});
    }
    return {};
}

core::Future<> reloadPolicy(Cli &cli, const PolicyScope &scope)
{
    QList<core::SandboxId> running;
    for (const core::SandboxStatus &status : cli.sandboxes().all()) {
        const core::SandboxId id = status.settings.id;
        const bool concerned = !scope.sandbox || scope.sandbox->settings.id == id;
        if (concerned && core::isHeld(cli.paths, id))
            running.append(id);
    }
    return reloadNext(cli, running);
}

} // namespace cli
