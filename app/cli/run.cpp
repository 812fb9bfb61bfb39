#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/launch_options.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

/// Says what the user might not expect of a sandbox that was already there.
void sayExisting(const core::SandboxStatus &sandbox)
{
    say(u"%1 is the sandbox of this folder and agent; using it"_s.arg(sandbox.settings.name));
}

QFuture<int> entered(Cli &cli, const core::SandboxId &id, const Launch &launch, bool detach)
{
    const auto sandbox = cli.sandboxes().find(id.value);
    if (!sandbox)
        return failed({core::Error::Kind::NoSuchSandbox, id.value});
    if (!detach)
        return joinedAgent(cli, *sandbox, launch.arguments);
    print(sandbox->settings.name);
    return done();
}

QFuture<int> run(Cli &cli, const LaunchOptions &options)
{
    const core::Result<Launch> launch = checkedLaunch(cli, options);
    if (!launch)
        return failed(launch.error());
    if (const auto config = cli.config(); !config)
        return failed(config.error());
    if (options.acceptEmulation) {
        if (const auto kept = acceptEmulation(cli); !kept)
            return failed(kept.error());
    }
    const auto found =
        cli.sandboxes().findOrCreate({.settings = launch->settings, .initialPolicy = {}});
    if (!found)
        return failed(found.error());
    const auto sandbox = cli.sandboxes().find(found->id.value);
    if (found->existed && sandbox)
        sayExisting(*sandbox);
    return ensureRunning(cli, found->id, launch->services, launch->sessionSecrets)
        .then(&cli,
            [&cli, launch = *launch, id = found->id, detach = options.detach](
                const core::Result<> &running) {
                return running ? entered(cli, id, launch, detach) : failed(running.error());
            })
        .unwrap();
}

} // namespace

void addRun(Cli &cli)
{
    auto options = std::make_shared<LaunchOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("run",
        "Run an agent on a folder, in its sandbox; -- ARGS are the agent's",
        [&cli, options] { return run(cli, *options); });
    options->addTo(verb);
    verb->add_flag("-d,--detach", options->detach, "Start it and come back");
}

} // namespace cli
