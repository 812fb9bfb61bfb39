#include "app/cli/cli.h"

#include "app/cli/console.h"
#include "core/credentials/keychain_store.h"

#include <QCoreApplication>
#include <QFutureWatcher>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

Cli::Cli(core::Paths home, QStringList afterDashes)
    : paths(std::move(home))
    , trailing(std::move(afterDashes))
{
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--no-input", noInput, "Ask nothing, even with a terminal");
    app.set_version_flag("--version", "paddock " PADDOCK_VERSION);
    app.set_help_all_flag("--help-all", "Show the help of every command");
    app.get_formatter()->column_width(34);
}

Cli::~Cli() = default;

CLI::App *Cli::verb(const std::string &name,
    const std::string &description,
    std::function<QFuture<int>()> task,
    CLI::App *parent)
{
    CLI::App *verb = (parent ? parent : &app)->add_subcommand(name, description);
    if (task)
        verb->final_callback([this, task = std::move(task)] { m_task = task; });
    else
        verb->require_subcommand(1);
    return verb;
}

void Cli::addJson(CLI::App *verb, bool &json)
{
    verb->add_flag("--json", json, "Print JSON with stable keys");
}

int Cli::run()
{
    int code = 1;
    QFutureWatcher<int> watcher;
    connect(&watcher, &QFutureWatcher<int>::finished, this, [&watcher, &code] {
        code = watcher.future().isResultReadyAt(0) ? watcher.result() : 1;
        QCoreApplication::quit();
    });
    watcher.setFuture(m_task());
    QCoreApplication::exec();
    return code;
}

core::Sandboxes &Cli::sandboxes()
{
    if (!m_sandboxes)
        m_sandboxes = std::make_unique<core::Sandboxes>(paths);
    return *m_sandboxes;
}

core::SecretStore &Cli::keychain()
{
    if (!m_keychain)
        m_keychain = std::make_unique<core::KeychainStore>(paths.config + u"/secrets.json"_s);
    return *m_keychain;
}

core::Result<core::SandboxStatus> Cli::find(const std::string &idOrName)
{
    const QString wanted = QString::fromStdString(idOrName);
    if (const auto status = sandboxes().find(wanted))
        return *status;
    return std::unexpected(core::Error{core::Error::Kind::NoSuchSandbox, wanted});
}

core::Result<core::Config> Cli::config() const
{
    return core::loadConfig(paths.configFile());
}

bool Cli::canAsk() const
{
    return !noInput && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

QFuture<int> done(int code)
{
    return core::ready(code);
}

QFuture<int> failed(const core::Error &error)
{
    return done(fail(error));
}

} // namespace cli
