#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"
#include "core/client/sandbox_folder.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct RmOptions
{
    std::string name;
    bool force = false;
};

core::Future<> stopped(Cli &cli, const core::SandboxId &id, bool force)
{
    if (!force && core::isHeld(cli.paths, id))
        return core::ready(
            core::Result<>(std::unexpected(core::Error{core::Error::Kind::StateConflict,
                u"it is running; stop it first, or use “paddock rm --force”"_s})));
    return cli.sandboxes().stop(id, force);
}

QFuture<int> rm(Cli &cli, const RmOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    const core::SandboxId id = sandbox->settings.id;
    return core::steps(&cli, stopped(cli, id, options.force))
        .then([&cli, id] { return cli.sandboxes().remove(id); })
        .finally([](const core::Result<> &) {})
        .then(&cli,
            [](const core::Result<> &removed) { return removed ? 0 : fail(removed.error()); });
}

} // namespace

void addRm(Cli &cli)
{
    auto options = std::make_shared<RmOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("rm",
        "Remove a sandbox and its disks; the folder stays",
        [&cli, options] { return rm(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_flag("-f,--force", options->force, "Stop it first, also when it does not answer");
}

} // namespace cli
