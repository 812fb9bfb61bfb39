#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/client/error_kind.h"
#include "core/client/explain.h"
#include "core/client/sandbox_folder.h"
#include "core/warden/machine_failure.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct InspectOptions
{
    std::string name;
    bool json = false;
};

QJsonObject toJson(const Cli &cli, const core::SandboxStatus &status)
{
    const QString id = status.settings.id.value;
    return {{u"settings"_s, core::toJson(status.settings)},
        {u"state"_s, toString(status.state)},
        {u"reason"_s, status.reason},
        {u"reasonKind"_s, status.reasonKind},
        {u"status"_s, status.raw},
        {u"directory"_s, cli.paths.sandbox(id)},
        {u"socket"_s, cli.paths.wardenSocket(id)}};
}

bool isTrouble(core::SandboxState state)
{
    return state == core::SandboxState::Failed || state == core::SandboxState::NotAnswering;
}

/// The version of its warden; after an upgrade the old one goes on until the next start.
QString versionText(const core::SandboxStatus &status)
{
    const QString version = status.raw.value("version"_L1).toString();
    return core::isOfOtherVersion(status)
               ? u"%1; a restart brings it to %2"_s.arg(version, QStringLiteral(PADDOCK_VERSION))
               : version;
}

/// The last that the machine showed, for who asks why it failed.
void printConsole(const Cli &cli, const core::SandboxId &id)
{
    constexpr int shown = 12;
    const auto exit = core::lastExit(cli.paths, id);
    const QString console = exit ? exit->value("consoleTail"_L1).toString() : QString();
    const QStringList lines = core::consoleExcerpt(console, shown);
    if (!lines.isEmpty())
        print(u"console"_s);
    for (const QString &line : lines)
        print(u"  "_s + printable(line));
}

void printFacts(const Cli &cli, const core::SandboxStatus &status)
{
    const core::SandboxSettings &settings = status.settings;
    const QString id = settings.id.value;
    QList<QStringList> rows{
        {u"id"_s, id},
        {u"agent"_s, settings.agent},
        {u"folder"_s, settings.workspace},
        {u"state"_s, toString(status.state)},
        {u"network"_s, toString(settings.network)},
        {u"machine"_s,
            u"%1 CPUs, %2 MiB, disks up to %3 GiB"_s.arg(settings.cpus)
                .arg(settings.memoryMiB)
                .arg(settings.diskGiB)},
        {u"directory"_s, cli.paths.sandbox(id)},
    };
    const auto add = [&rows](const QString &name, const QString &value) {
        if (!value.isEmpty())
            rows.append({name, value});
    };
    add(u"reason"_s, status.reason);
    if (isTrouble(status.state))
        add(u"next step"_s, core::explain(core::errorKindFromString(status.reasonKind)).nextStep);
    add(u"version"_s, versionText(status));
    add(u"acceleration"_s,
        status.accelerationReason.isEmpty()
            ? status.acceleration
            : u"%1 (%2)"_s.arg(status.acceleration, status.accelerationReason));
    add(u"docker"_s, status.docker);
    add(u"sync"_s, status.raw.value("sync"_L1).toObject().value("state"_L1).toString());
    if (status.sync.question)
        add(u"question"_s, status.sync.question->summary);
    for (const QString &notice : status.notices)
        add(u"notice"_s, notice);
    for (const core::SyncProblem &problem : status.sync.problems)
        add(u"not synced"_s, problem.path + u": "_s + problem.reason);
    printTable({u"name"_s, settings.name}, rows);
    if (status.state == core::SandboxState::Failed)
        printConsole(cli, status.settings.id);
}

QFuture<int> inspect(Cli &cli, const InspectOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    return cli.sandboxes().refresh().then(&cli,
        [&cli, id = sandbox->settings.id.value, json = options.json](
            const QList<core::SandboxStatus> &) {
            const auto status = cli.sandboxes().find(id);
            if (!status)
                return fail({core::Error::Kind::NoSuchSandbox, id});
            if (json)
                printJson(toJson(cli, *status));
            else
                printFacts(cli, *status);
            return 0;
        });
}

} // namespace

void addInspect(Cli &cli)
{
    auto options = std::make_shared<InspectOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb(
        "inspect", "Show all about a sandbox", [&cli, options] { return inspect(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    Cli::addJson(verb, options->json);
}

} // namespace cli
