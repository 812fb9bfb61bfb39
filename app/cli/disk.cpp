#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/disk_table.h"
#include "app/cli/resize.h"
#include "app/cli/running.h"
#include "app/cli/sizes.h"
#include "app/cli/verbs.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"

using namespace Qt::StringLiterals;
using core::Error;
using core::SandboxState;

namespace cli {

namespace {

constexpr int surveyPatienceMs = 3'000;
constexpr int compactPatienceMs = 700'000;

struct DiskOptions
{
    std::string name; ///< empty: all
    std::string size;
    bool json = false;
};

/// Asks those that run; one that does not answer is shown as it was last known.
QFuture<void> surveyed(Cli &cli, const QList<core::SandboxId> &ids)
{
    QList<core::Future<QJsonObject>> answers;
    for (const core::SandboxId &id : ids)
        if (core::isHeld(cli.paths, id))
            answers << cli.sandboxes().warden(id)->call(u"disks"_s, {}, surveyPatienceMs);
    if (answers.isEmpty())
        return QtFuture::makeReadyVoidFuture();
    return QtFuture::whenAll(answers.begin(), answers.end())
        .then(&cli, [](const QList<core::Future<QJsonObject>> &) {});
}

QFuture<int> show(Cli &cli, const DiskOptions &options)
{
    QList<core::SandboxId> ids = core::sandboxIds(cli.paths);
    if (!options.name.empty()) {
        const auto sandbox = cli.find(options.name);
        if (!sandbox)
            return failed(sandbox.error());
        ids = {sandbox->settings.id};
    }
    return surveyed(cli, ids).then(&cli, [&cli, ids, options] {
        auto report = core::diskReport(cli.paths, qEnvironmentVariable("PADDOCK_IMAGE"));
        if (!options.name.empty()) {
            report.sandboxes.removeIf(
                [&](const core::SandboxUse &use) { return !ids.contains(use.id); });
            report.images.clear();
            report.templates.clear();
            report.imageBlobs = 0;
        }
        if (options.json)
            printJson(toJson(report));
        else
            printReport(report);
        return 0;
    });
}

qint64 ownBytes(const Cli &cli, const core::SandboxId &id)
{
    const auto report = core::diskReport(cli.paths, {});
    for (const auto &use : report.sandboxes)
        if (use.id == id)
            return core::total(use);
    return 0;
}

/// Puts a sandbox back to where it was before it was started for this.
core::Future<> leftAs(Cli &cli, const core::SandboxStatus &before)
{
    if (before.state == SandboxState::Suspended)
        return cli.sandboxes().suspend(before.settings.id);
    return core::isOff(before.state) ? cli.sandboxes().stop(before.settings.id, false)
                                     : core::ready(core::Result<>());
}

core::Future<> compacted(Cli &cli, const core::SandboxStatus &sandbox)
{
    const auto id = sandbox.settings.id;
    return core::steps(&cli, ensureRunning(cli, sandbox))
        .then([&cli, id] {
            return cli.sandboxes().warden(id)->call(u"disks.compact"_s, {}, compactPatienceMs);
        })
        .then([&cli, sandbox](const QJsonObject &) { return leftAs(cli, sandbox); })
        .finally([](const core::Result<> &) {});
}

QFuture<int> compact(Cli &cli, const DiskOptions &options)
{
    const auto found = cli.find(options.name);
    if (!found)
        return failed(found.error());
    if (core::isOff(found->state))
        say(u"%1 is started for this, since only its own system knows what is free"_s.arg(
            found->settings.name));
    const auto before = ownBytes(cli, found->settings.id);
    return compacted(cli, *found)
        .then(&cli, [&cli, before, settings = found->settings](const core::Result<> &done) {
            if (!done)
                return fail(done.error());
            const auto now = ownBytes(cli, settings.id);
            say(u"%1: %2 given back, %3 on the disk"_s.arg(
                settings.name, sizeText(qMax(before - now, qint64(0))), sizeText(now)));
            return 0;
        });
}

QFuture<int> clearCache(Cli &cli)
{
    say(u"%1 given back; sandboxes load their container images anew"_s.arg(
        sizeText(core::clearImageBlobs(cli.paths))));
    return QtFuture::makeReadyValueFuture(0);
}

QFuture<int> grow(Cli &cli, const DiskOptions &options)
{
    const auto size = gibibytes(QString::fromStdString(options.size));
    if (!size)
        return failed(size.error());
    const auto sandbox = cli.find(options.name);
    return sandbox ? applied(cli, *sandbox, {.diskGiB = *size}) : failed(sandbox.error());
}

} // namespace

void addDisk(Cli &cli)
{
    auto options = std::make_shared<DiskOptions>(); // the verbs' callbacks use it
    auto act = std::make_shared<decltype(&show)>(&show);
    // The callback of a verb runs after those of the verbs below it, which choose.
    CLI::App *verb = cli.verb("disk",
        "Show what sandboxes, images and templates take of the disk; also: compact, grow, "
        "clear-cache",
        [&cli, options, act] { return (*act)(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id; all when left out");
    Cli::addJson(verb, options->json);
    const auto below = [&](const char *name, const char *description, decltype(&show) task) {
        CLI::App *child = verb->add_subcommand(name, description);
        child->parse_complete_callback([act, task] { *act = task; });
        child->add_option("SANDBOX", options->name, "Name or id")->required();
        return child;
    };
    below("compact", "Give what is free in a sandbox's disks back to this computer", &compact);
    below(
        "grow", "Make the disks for Docker and for the workspace larger, also while in use", &grow)
        ->add_option("SIZE", options->size, "Such as 40GiB")
        ->required();
    verb->add_subcommand("clear-cache", "Delete the container images kept for all sandboxes")
        ->parse_complete_callback(
            [act] { *act = [](Cli &target, const DiskOptions &) { return clearCache(target); }; });
}

} // namespace cli
