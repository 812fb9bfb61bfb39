#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"

namespace cli {

namespace {

QFuture<int> suspend(Cli &cli, const std::string &name)
{
    const auto sandbox = cli.find(name);
    if (!sandbox)
        return failed(sandbox.error());
    return cli.sandboxes()
        .suspend(sandbox->settings.id)
        .then(&cli, [](const core::Result<> &suspended) {
            return suspended ? 0 : fail(suspended.error());
        });
}

} // namespace

void addSuspend(Cli &cli)
{
    auto name = std::make_shared<std::string>(); // lives as long as the verb's callback
    cli.verb("suspend",
           "Write a running sandbox to the disk; “paddock resume” goes on with it",
           [&cli, name] { return suspend(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id")
        ->required();
}

} // namespace cli
