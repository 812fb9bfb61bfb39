#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QFuture<int> start(Cli &cli, const std::string &name)
{
    const auto sandbox = cli.find(name);
    if (!sandbox)
        return failed(sandbox.error());
    return ensureRunning(cli, *sandbox).then(&cli, [](const core::Result<> &running) {
        return running ? 0 : fail(running.error());
    });
}

QFuture<int> restart(Cli &cli, const std::string &name)
{
    const auto sandbox = cli.find(name);
    if (!sandbox)
        return failed(sandbox.error());
    return cli.sandboxes()
        .stopInAnyCase(sandbox->settings.id)
        .then(&cli,
            [&cli, name](const core::Result<> &stopped) {
                return stopped ? start(cli, name) : failed(stopped.error());
            })
        .unwrap();
}

} // namespace

void addStart(Cli &cli)
{
    auto name = std::make_shared<std::string>(); // the verbs' callbacks use it
    cli.verb("start", "Start a stopped sandbox", [&cli, name] { return start(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id")
        ->required();
    cli.verb("resume",
           "Go on with a suspended sandbox; also starts a stopped one",
           [&cli, name] { return start(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id")
        ->required();
    cli.verb("restart",
           "Stop a sandbox, by force if it hangs, and start it again",
           [&cli, name] { return restart(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id")
        ->required();
}

} // namespace cli
