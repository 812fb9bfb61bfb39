#pragma once

#include "app/cli/cli.h"

#include <QHash>

namespace cli {

/// Starts a sandbox with what the keychain has for `services` and with `sessionSecrets`, and waits
/// until it runs. Where there is no hardware acceleration and no consent, asks for it if someone
/// can be asked.
core::Future<> ensureRunning(Cli &cli,
    const core::SandboxId &id,
    const QStringList &services,
    const QHash<QString, QByteArray> &sessionSecrets);

/// The same for a sandbox that exists, with the services of its agent.
core::Future<> ensureRunning(Cli &cli, const core::SandboxStatus &sandbox);

/// Keeps the consent to software emulation in config.toml.
core::Result<> acceptEmulation(const Cli &cli);

/// A command or a terminal in a sandbox that runs.
struct Opening
{
    core::SandboxId id;
    QString name;
    QString method; ///< `terminal.open` or `exec`
    QJsonObject parameters;
    bool terminal = false;
    bool input = true; ///< without a terminal: forward standard input
};
/// Opens and joins it to the streams here; the exit code is the command's.
QFuture<int> joined(Cli &cli, const Opening &opening);

/// The agent of a running sandbox: in its terminal with one here, else as a plain command.
QFuture<int> joinedAgent(
    Cli &cli, const core::SandboxStatus &sandbox, const QStringList &arguments);

} // namespace cli
