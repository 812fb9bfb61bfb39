#pragma once

#include "core/client/sandboxes.h"
#include "core/config/config.h"
#include "core/paths.h"

#include <QFuture>
#include <QObject>
#include <QStringList>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

namespace core {
class SecretStore;
}

namespace cli {

/// One run of the command line: what the verbs share. Nothing is read or connected before a verb
/// asks for it, so that --help and usage errors touch nothing.
class Cli : public QObject
{
public:
    /// `trailing` is what stood after "--".
    Cli(core::Paths paths, QStringList trailing);
    ~Cli() override;

    CLI::App app{"AI coding agents in microVMs on your own computer", "paddock"};
    const core::Paths paths;
    const QStringList trailing;
    bool noInput = false; ///< ask nothing, even with a terminal

    /// A verb below `parent` (the program itself when null). `task` runs when it is chosen; its
    /// number is the exit code.
    CLI::App *verb(const std::string &name,
        const std::string &description,
        std::function<QFuture<int>()> task,
        CLI::App *parent = nullptr);
    /// Adds --json to a verb that reads.
    static void addJson(CLI::App *verb, bool &json);

    /// Runs the chosen verb to its end and gives the exit code.
    int run();

    core::Sandboxes &sandboxes();
    core::SecretStore &keychain();
    /// By id or name, or NoSuchSandbox.
    core::Result<core::SandboxStatus> find(const std::string &idOrName);
    core::Result<core::Config> config() const;
    /// Whether a person can be asked.
    [[nodiscard]] bool canAsk() const;

private:
    std::function<QFuture<int>()> m_task;
    std::unique_ptr<core::Sandboxes> m_sandboxes;
    std::unique_ptr<core::SecretStore> m_keychain;
};

/// A finished exit code.
QFuture<int> done(int code = 0);
/// Prints the error and gives its exit code.
QFuture<int> failed(const core::Error &error);

} // namespace cli
