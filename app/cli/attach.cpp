#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/raw_terminal.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct AttachOptions
{
    std::string name;
    std::string terminal;
};

QFuture<int> attach(Cli &cli, const AttachOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    if (!hasTerminal())
        return failed({core::Error::Kind::Usage,
            u"attach needs a terminal; use “paddock run … -- ARGS” or “paddock exec” without one"_s});
    return ensureRunning(cli, *sandbox)
        .then(&cli,
            [&cli, sandbox = *sandbox, terminal = QString::fromStdString(options.terminal)](
                const core::Result<> &running) {
                if (!running)
                    return failed(running.error());
                if (terminal.isEmpty())
                    return joinedAgent(cli, sandbox, {});
                return joined(cli,
                    {.id = sandbox.settings.id,
                        .name = sandbox.settings.name,
                        .method = u"terminal.open"_s,
                        .parameters = {{u"terminal"_s, terminal}},
                        .terminal = true});
            })
        .unwrap();
}

} // namespace

void addAttach(Cli &cli)
{
    auto options = std::make_shared<AttachOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("attach",
        "Attach to the agent's terminal, or to another one; Ctrl-P Ctrl-Q detaches",
        [&cli, options] { return attach(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_option("TERMINAL", options->terminal, "A terminal's id");
}

} // namespace cli
