#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"
#include "core/client/running_fork.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct ForkOptions
{
    std::string sandbox;
    std::string name;
    int count = 1;
    bool json = false;
};

QJsonObject described(const core::SandboxSettings &settings)
{
    return {{u"id"_s, settings.id.value}, {u"name"_s, settings.name}};
}

/// Starts them one after another; those that cannot start stay, suspended at the moment of the
/// fork.
core::Future<> startAll(Cli &cli, QList<core::SandboxId> ids)
{
    if (ids.isEmpty())
        return core::ready(core::Result<>());
    const auto sandbox = cli.sandboxes().find(ids.takeFirst().value);
    if (!sandbox)
        return core::ready(core::Result<>(
            std::unexpected(core::Error{core::Error::Kind::NoSuchSandbox, u"a fork"_s})));
    return core::steps(&cli, ensureRunning(cli, *sandbox))
        .then([&cli, ids] { return startAll(cli, ids); })
        .finally([](const core::Result<> &) {});
}

int show(Cli &cli, const QList<core::SandboxId> &forks, bool json)
{
    QJsonArray list;
    for (const core::SandboxId &id : forks) {
        const auto sandbox = cli.sandboxes().find(id.value);
        if (!sandbox)
            continue;
        list.append(described(sandbox->settings));
        if (!json)
            print(sandbox->settings.name);
    }
    if (json)
        printJson({{u"forks"_s, list}});
    return 0;
}

QFuture<int> fork(Cli &cli, const ForkOptions &options)
{
    const auto sandbox = cli.find(options.sandbox);
    const auto config = cli.config();
    if (!sandbox || !config)
        return failed(sandbox ? config.error() : sandbox.error());
    auto *fork = new core::RunningFork(cli.sandboxes(),
        {.source = sandbox->settings.id,
            .name = QString::fromStdString(options.name),
            .count = options.count,
            .config = *config});
    fork->setParent(&cli); // ends with the program
    QObject::connect(
        fork, &core::RunningFork::progress, &cli, [](const QString &text) { say(text); });
    return fork->run()
        .then(&cli,
            [&cli, json = options.json](
                const core::Result<QList<core::SandboxId>> &forks) -> QFuture<int> {
                if (!forks)
                    return failed(forks.error());
                return startAll(cli, *forks)
                    .then(&cli, [&cli, forks = *forks, json](const core::Result<> &started) {
                        const int code = show(cli, forks, json);
                        return started ? code : fail(started.error());
                    });
            })
        .unwrap();
}

} // namespace

void addFork(Cli &cli)
{
    auto options = std::make_shared<ForkOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("fork",
        "Make copies of a running sandbox that go on from this moment, each with files of its own; "
        "prints their names",
        [&cli, options] { return fork(cli, *options); });
    verb->add_option("SANDBOX", options->sandbox, "Name or id")->required();
    verb->add_option(
        "--name", options->name, "Of the copy, or what the names of several begin with");
    verb->add_option("--count", options->count, "How many")->check(CLI::Range(1, 32));
    Cli::addJson(verb, options->json);
}

} // namespace cli
