#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/launch_options.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"
#include "core/warden/preflight.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

core::Result<> roomFor(const Cli &cli, const Launch &launch)
{
    const auto config = cli.config();
    if (!config)
        return std::unexpected(config.error());
    core::makePrivateDirectory(cli.paths.sandboxes());
    return core::checkRoom(core::readHostRoom(cli.paths.sandboxes()),
        core::demandOf(cli.paths, {}, launch.settings.memoryMiB, config->diskFloorGiB));
}

QFuture<int> create(Cli &cli, const LaunchOptions &options)
{
    const core::Result<Launch> launch = checkedLaunch(cli, options);
    if (!launch)
        return failed(launch.error());
    if (!cli.trailing.isEmpty())
        return failed({core::Error::Kind::Usage, u"arguments for the agent go to “paddock run”"_s});
    if (options.acceptEmulation) {
        if (const auto kept = acceptEmulation(cli); !kept)
            return failed(kept.error());
    }
    if (const auto room = roomFor(cli, *launch); !room)
        return failed(room.error()); // before there is anything to remove again
    const auto id = cli.sandboxes().create({.settings = launch->settings, .initialPolicy = {}});
    if (!id)
        return failed(id.error());
    return ensureRunning(cli, *id, launch->services, launch->sessionSecrets)
        .then(&cli, [&cli, id = *id](const core::Result<> &running) {
            if (!running)
                return fail(running.error());
            print(cli.sandboxes().find(id.value)->settings.name);
            return 0;
        });
}

} // namespace

void addCreate(Cli &cli)
{
    auto options = std::make_shared<LaunchOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("create",
        "Make and start a sandbox without attaching; prints its name",
        [&cli, options] { return create(cli, *options); });
    options->addTo(verb);
}

} // namespace cli
