#include "app/cli/running.h"

#include "app/cli/console.h"
#include "app/cli/launch_wait.h"
#include "app/cli/pipe_relay.h"
#include "app/cli/prompt.h"
#include "app/cli/raw_terminal.h"
#include "app/cli/terminal_relay.h"
#include "core/agents/agent_catalog.h"
#include "core/client/warden_client.h"
#include "core/config/config_file.h"
#include "core/credentials/collect.h"
#include "core/credentials/secret_store.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

core::Future<> started(
    Cli &cli, const core::SandboxId &id, const QHash<QString, QByteArray> &secrets)
{
    return core::steps(&cli, cli.sandboxes().start(id, secrets))
        .then([&cli, id] { return whenRunning(cli, id); })
        .finally([](const core::Result<> &) {});
}

core::Future<> askedForEmulation(Cli &cli,
    const core::SandboxId &id,
    const QHash<QString, QByteArray> &secrets,
    const Error &error)
{
    say(error.detail.isEmpty() ? u"this computer cannot accelerate virtual machines"_s
                               : printable(error.detail));
    if (!confirmed(
            u"Software emulation works, slower, and is not a promised isolation boundary. Use it?"_s))
        return core::ready(core::Result<>(std::unexpected(error)));
    if (const core::Result<> kept = acceptEmulation(cli); !kept)
        return core::ready(core::Result<>(std::unexpected(kept.error())));
    return started(cli, id, secrets);
}

void addSize(QJsonObject &parameters, QLatin1StringView key)
{
    const TerminalSize size = terminalSize();
    if (key.isEmpty()) {
        parameters.insert("columns"_L1, size.columns);
        parameters.insert("rows"_L1, size.rows);
    } else {
        parameters.insert(key, QJsonObject{{u"columns"_s, size.columns}, {u"rows"_s, size.rows}});
    }
}

} // namespace

core::Future<> ensureRunning(Cli &cli,
    const core::SandboxId &id,
    const QStringList &services,
    const QHash<QString, QByteArray> &sessionSecrets)
{
    return core::collectSecrets(cli.keychain(), services)
        .then(&cli,
            [&cli, id, sessionSecrets](core::CollectedSecrets collected) {
                if (collected.problem)
                    say(u"your keychain does not answer, so its keys are not used (%1)"_s.arg(
                        collected.problem->detail));
                collected.values.insert(sessionSecrets);
                return started(cli, id, collected.values)
                    .then(&cli,
                        [&cli, id, secrets = collected.values](const core::Result<> &result) {
                            const bool ask =
                                !result &&
                                result.error().kind == Error::Kind::EmulationNotAccepted &&
                                cli.canAsk();
                            return ask ? askedForEmulation(cli, id, secrets, result.error())
                                       : core::ready(result);
                        })
                    .unwrap();
            })
        .unwrap();
}

core::Future<> ensureRunning(Cli &cli, const core::SandboxStatus &sandbox)
{
    QStringList services;
    if (const auto agent = core::AgentCatalog::load(cli.paths).find(sandbox.settings.agent)) {
        for (const core::CredentialBinding &binding : agent->credentials)
            services.append(binding.service);
    }
    return ensureRunning(cli, sandbox.settings.id, services, {});
}

core::Result<> acceptEmulation(const Cli &cli)
{
    const core::ConfigKey *key = core::findConfigKey(u"acceleration.accept_emulation");
    return core::storeSetting(cli.paths.configFile(), *key, true);
}

QFuture<int> joined(Cli &cli, const Opening &opening)
{
    QJsonObject parameters = opening.parameters;
    if (opening.terminal)
        addSize(parameters, opening.method == "exec"_L1 ? "terminal"_L1 : ""_L1);
    return cli.sandboxes()
        .warden(opening.id)
        ->open(opening.method, parameters)
        .then(&cli,
            [opening](const core::Result<std::shared_ptr<core::TerminalSession>> &session) {
                if (!session)
                    return failed(session.error());
                if (!opening.terminal)
                    return relayPipes(*session, opening.input ? Input::Forward : Input::None);
                say(u"attached to %1; Ctrl-P Ctrl-Q detaches"_s.arg(opening.name));
                return relayTerminal(*session, opening.name);
            })
        .unwrap();
}

QFuture<int> joinedAgent(Cli &cli, const core::SandboxStatus &sandbox, const QStringList &arguments)
{
    Opening opening{.id = sandbox.settings.id,
        .name = sandbox.settings.name,
        .method = u"exec"_s,
        .parameters = {{u"arguments"_s, QJsonArray::fromStringList(arguments)}},
        .terminal = hasTerminal()};
    if (opening.terminal) {
        opening.method = u"terminal.open"_s;
        opening.parameters.insert("kind"_L1, u"agent"_s);
    } else {
        opening.parameters.insert("agent"_L1, true);
    }
    return joined(cli, opening);
}

} // namespace cli
