#include "app/cli/cli.h"
#include "app/cli/raw_terminal.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QFuture<int> enter(Cli &cli, const core::SandboxStatus &sandbox)
{
    Opening opening{.id = sandbox.settings.id,
        .name = sandbox.settings.name,
        .method = u"terminal.open"_s,
        .parameters = {{u"kind"_s, u"shell"_s}},
        .terminal = hasTerminal()};
    if (!opening.terminal) {
        opening.method = u"exec"_s;
        opening.parameters = {{u"argv"_s, QJsonArray{u"/bin/bash"_s, u"-l"_s}}};
    }
    return joined(cli, opening);
}

QFuture<int> shell(Cli &cli, const std::string &name)
{
    const auto sandbox = cli.find(name);
    if (!sandbox)
        return failed(sandbox.error());
    return ensureRunning(cli, *sandbox)
        .then(&cli,
            [&cli, sandbox = *sandbox](const core::Result<> &running) {
                return running ? enter(cli, sandbox) : failed(running.error());
            })
        .unwrap();
}

} // namespace

void addShell(Cli &cli)
{
    auto name = std::make_shared<std::string>(); // lives as long as the verb's callback
    cli.verb("shell", "Open a shell in a sandbox", [&cli, name] { return shell(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id")
        ->required();
}

} // namespace cli
