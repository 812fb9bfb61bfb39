#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/running.h"
#include "app/cli/sizes.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/client/printable.h"
#include "core/client/sandbox_snapshots.h"

#include <QDateTime>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct SnapshotOptions
{
    std::string sandbox;
    std::string name;
    bool discard = false;
    bool json = false;
};

QFuture<int> take(Cli &cli, const SnapshotOptions &options)
{
    const auto sandbox = cli.find(options.sandbox);
    if (!sandbox)
        return failed(sandbox.error());
    say(u"saving %1 while it runs"_s.arg(sandbox->settings.name));
    return core::takeSnapshot(
        cli.sandboxes(), sandbox->settings.id, QString::fromStdString(options.name))
        .then(&cli, [json = options.json](const core::Result<core::SnapshotInfo> &taken) {
            if (!taken)
                return fail(taken.error());
            if (json)
                printJson({{u"snapshot"_s, toJson(*taken)}});
            else
                print(taken->name);
            return 0;
        });
}

QString reasonText(const core::SnapshotInfo &snapshot)
{
    if (snapshot.damaged)
        return u"damaged"_s;
    switch (snapshot.reason) {
    case core::SnapshotReason::Asked:
        return {};
    case core::SnapshotReason::Prompt:
        return u"automatic, before a prompt"_s;
    case core::SnapshotReason::Hourly:
        return u"automatic, by the clock"_s;
    case core::SnapshotReason::Restore:
        return u"before a restore"_s;
    }
    std::unreachable();
}

int show(const QList<core::SnapshotInfo> &snapshots, bool json)
{
    QJsonArray objects;
    QList<QStringList> rows;
    for (const core::SnapshotInfo &snapshot : snapshots) {
        objects.append(toJson(snapshot));
        rows.append({snapshot.name,
            QDateTime::fromMSecsSinceEpoch(snapshot.atMs).toString(u"yyyy-MM-dd HH:mm:ss"_s),
            sizeText(snapshot.bytes),
            printable(core::commitText(snapshot)),
            snapshot.fits || snapshot.damaged ? u""_s : u"disks only"_s,
            reasonText(snapshot)});
    }
    if (json)
        printJson({{u"snapshots"_s, objects}});
    else
        printTable({u"NAME"_s, u"TAKEN"_s, u"SIZE"_s, u"COMMIT"_s, u"HOLDS"_s, u""_s}, rows);
    return 0;
}

QFuture<int> listOrRemove(Cli &cli, const SnapshotOptions &options)
{
    const auto sandbox = cli.find(options.sandbox);
    if (!sandbox)
        return failed(sandbox.error());
    if (options.name.empty())
        return done(show(core::listSnapshots(cli.paths, sandbox->settings.id), options.json));
    return core::removeSnapshot(
        cli.sandboxes(), sandbox->settings.id, QString::fromStdString(options.name))
        .then(&cli,
            [](const core::Result<> &removed) { return removed ? 0 : fail(removed.error()); });
}

QFuture<int> restore(Cli &cli, const SnapshotOptions &options)
{
    using Options = core::RestoreOptions;
    const auto sandbox = cli.find(options.sandbox);
    if (!sandbox)
        return failed(sandbox.error());
    const Options wish{
        .present = options.discard ? Options::Present::Discard : Options::Present::Keep,
        .then = Options::Then::Nothing};
    return core::steps(&cli,
        core::restoreSnapshot(
            cli.sandboxes(), sandbox->settings.id, QString::fromStdString(options.name), wish))
        .then([&cli, id = sandbox->settings.id] {
            const auto now = cli.sandboxes().find(id.value);
            return now ? ensureRunning(cli, *now) : core::ready(core::Result<>());
        })
        .finally([](const core::Result<> &) {})
        .then(&cli,
            [](const core::Result<> &running) { return running ? 0 : fail(running.error()); });
}

} // namespace

void addSnapshot(Cli &cli)
{
    auto options = std::make_shared<SnapshotOptions>(); // lives as long as the verbs' callbacks
    CLI::App *verb = cli.verb("snapshot",
        "Save a running sandbox as it is now, while it goes on; prints the snapshot's name",
        [&cli, options] { return take(cli, *options); });
    verb->add_option("SANDBOX", options->sandbox, "Name or id")->required();
    verb->add_option("NAME", options->name, "Of the snapshot; none: one is made");
    Cli::addJson(verb, options->json);

    verb = cli.verb("snapshots", "List the snapshots of a sandbox, or remove one", [&cli, options] {
        return listOrRemove(cli, *options);
    });
    verb->add_option("SANDBOX", options->sandbox, "Name or id")->required();
    verb->add_option("--remove", options->name, "The snapshot to remove");
    Cli::addJson(verb, options->json);

    verb = cli.verb("restore",
        "Bring a sandbox back to a snapshot and start it there; your folder stays as it is now, "
        "and "
        "what the sandbox was is kept as “before-restore”",
        [&cli, options] { return restore(cli, *options); });
    verb->add_option("SANDBOX", options->sandbox, "Name or id")->required();
    verb->add_option("NAME", options->name, "Of the snapshot")->required();
    verb->add_flag("--discard", options->discard, "Keep nothing of what the sandbox is now");
}

} // namespace cli
