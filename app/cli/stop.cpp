#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"

namespace cli {

namespace {

struct StopOptions
{
    std::string name;
    bool force = false;
};

QFuture<int> stop(Cli &cli, const StopOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    return cli.sandboxes()
        .stop(sandbox->settings.id, options.force)
        .then(&cli,
            [](const core::Result<> &stopped) { return stopped ? 0 : fail(stopped.error()); });
}

} // namespace

void addStop(Cli &cli)
{
    auto options = std::make_shared<StopOptions>(); // lives as long as the verb's callback
    CLI::App *verb =
        cli.verb("stop", "Stop a sandbox", [&cli, options] { return stop(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_flag("-f,--force", options->force, "Also when it does not answer");
}

} // namespace cli
