#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/running.h"
#include "app/cli/sizes.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/agents/agent_catalog.h"
#include "core/client/explain.h"
#include "core/warden/disk_users.h"
#include "core/warden/guest_part.h"
#include "core/warden/template_build.h"
#include "core/warden/template_cleanup.h"
#include "vmm/template/template_store.h"

#include <QDateTime>
#include <QJsonArray>

#include <sys/resource.h>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

struct TemplateOptions
{
    std::string name;
    std::string memory = "2GiB";
    std::string disk = "20GiB";
    int cpus = 2;
    bool background = false;
    bool acceptEmulation = false;
    bool json = false;
};

/// What runs beside a person's work makes way for it.
constexpr int backgroundNiceness = 10;

/// The programs of all agents, each once.
QStringList warmPrograms(const core::Paths &paths)
{
    QStringList programs;
    const auto catalog = core::AgentCatalog::load(paths);
    for (const core::Agent &agent : catalog.all())
        programs << agent.command.value(0);
    programs << u"git"_s << u"node"_s << u"python3"_s << u"docker"_s;
    programs.removeDuplicates();
    return programs;
}

core::Result<core::TemplateRequest> requestFor(Cli &cli, const TemplateOptions &options)
{
    const auto config = cli.config();
    const auto memory = mebibytes(QString::fromStdString(options.memory));
    const auto disk = gibibytes(QString::fromStdString(options.disk));
    if (!config)
        return std::unexpected(config.error());
    if (!memory || !disk)
        return std::unexpected(memory ? disk.error() : memory.error());
    return core::TemplateRequest{.paths = cli.paths,
        .config = *config,
        .imageDirectory = qEnvironmentVariable("PADDOCK_IMAGE"),
        .guestPart = core::guestPart(),
        .warmPrograms = warmPrograms(cli.paths),
        .cpus = options.cpus,
        .memoryMiB = *memory,
        .diskGiB = *disk};
}

void sayUsers(const core::TemplateRemoval &removal)
{
    if (!removal.users.isEmpty())
        say(u"%1: %2 builds on it, so its disks stay"_s.arg(
            removal.name, removal.users.join(", "_L1)));
}

QFuture<int> warm(Cli &cli, const TemplateOptions &options)
{
    if (options.acceptEmulation) {
        if (const auto kept = acceptEmulation(cli); !kept)
            return failed(kept.error());
    }
    auto request = requestFor(cli, options);
    if (!request)
        return failed(request.error());
    if (options.background)
        ::setpriority(PRIO_PROCESS, 0, backgroundNiceness);
    auto *build = new core::TemplateBuild(*std::move(request));
    build->setParent(&cli); // ends with the program
    QObject::connect(
        build, &core::TemplateBuild::progress, &cli, [](int percent, const QString &text) {
            say(u"%1 %  %2"_s.arg(percent, 3).arg(text));
        });
    return build->run().then(&cli, [&cli](const core::Result<vmm::MachineTemplate> &made) {
        if (!made && made.error().kind == Error::Kind::StateConflict) {
            say(made.error().detail + u"; paddock template ls shows how far it is"_s);
            return core::exitCode(made.error().kind);
        }
        if (!made)
            return fail(made.error());
        const auto config = cli.config();
        const qint64 budget = (config ? *config : core::Config()).templateBudgetGiB << 30;
        for (const auto &removal : core::tidyTemplates(cli.paths, made->identity, budget))
            sayUsers(removal);
        print(made->name);
        return 0;
    });
}

QList<QString> rowOf(const core::TemplateProgress &progress)
{
    using State = core::TemplateProgress::State;
    const auto seconds = (QDateTime::currentMSecsSinceEpoch() - progress.sinceMs) / 1000;
    const bool isBuilding = progress.state == State::Building;
    return {progress.key,
        isBuilding
            ? u"building: %1, %2 %, %3 s"_s.arg(progress.step).arg(progress.percent).arg(seconds)
            : u"%1 at: %2"_s.arg(toString(progress.state), progress.step),
        QString::number(progress.cpus),
        u"%1 MiB"_s.arg(progress.memoryMiB),
        QDateTime::fromMSecsSinceEpoch(progress.sinceMs).toString(u"yyyy-MM-dd HH:mm"_s),
        {},
        {}};
}

/// Templates, and below them what is being made or could not be.
struct TemplateListing
{
    QJsonArray templates;
    QJsonArray builds;
    QList<QStringList> rows;
};

TemplateListing listingOf(const core::Paths &paths, const QList<vmm::MachineTemplate> &templates)
{
    TemplateListing listing;
    for (const vmm::MachineTemplate &entry : templates) {
        const QStringList users = core::usersOfTemplate(paths, entry.name);
        QJsonObject object = vmm::toJson(entry.identity);
        object.insert("name"_L1, entry.name);
        object.insert("created"_L1, entry.created.toString(Qt::ISODate));
        object.insert("used"_L1, entry.used.toString(Qt::ISODate));
        object.insert("bytes"_L1, entry.bytes);
        object.insert("memoryBytes"_L1, entry.memoryBytes);
        object.insert("canFork"_L1, entry.canFork);
        object.insert("sandboxes"_L1, QJsonArray::fromStringList(users));
        listing.templates.append(object);
        listing.rows.append({entry.name,
            entry.canFork ? u"ready"_s : u"disks only"_s,
            QString::number(entry.identity.cpus),
            u"%1 MiB"_s.arg(entry.identity.memoryMiB),
            entry.created.toString(u"yyyy-MM-dd HH:mm"_s),
            sizeText(entry.bytes),
            QString::number(users.size())});
    }
    for (const auto &progress : core::allTemplateProgress(paths)) {
        listing.builds.append(core::toJson(progress));
        listing.rows.append(rowOf(progress));
    }
    return listing;
}

QFuture<int> ls(Cli &cli, bool json)
{
    const auto known = vmm::TemplateStore(cli.paths.templates()).list();
    const auto listing = listingOf(cli.paths, known.templates);
    if (json)
        printJson({{u"templates"_s, listing.templates},
            {u"builds"_s, listing.builds},
            {u"damaged"_s, QJsonArray::fromStringList(known.damaged)}});
    else
        printTable(
            {u"NAME"_s, u"STATE"_s, u"CPUS"_s, u"MEMORY"_s, u"MADE"_s, u"SIZE"_s, u"SANDBOXES"_s},
            listing.rows);
    for (const QString &reason : known.damaged)
        say(u"damaged: "_s + reason);
    for (const auto &progress : core::allTemplateProgress(cli.paths))
        if (!progress.reason.isEmpty())
            say(u"%1: %2"_s.arg(progress.key, printable(progress.reason)));
    return done();
}

QFuture<int> rm(Cli &cli, const TemplateOptions &options)
{
    QStringList names{QString::fromStdString(options.name)};
    if (options.name.empty()) {
        names.clear();
        const auto listing = vmm::TemplateStore(cli.paths.templates()).list();
        for (const auto &entry : listing.templates)
            names << entry.name;
    }
    for (const QString &name : std::as_const(names)) {
        const auto removed = core::removeTemplate(cli.paths, name);
        if (!removed)
            return failed(removed.error());
        sayUsers(*removed);
    }
    core::sweepTemplates(
        cli.paths, options.name.empty() ? core::Notes::Remove : core::Notes::KeepRecent);
    return done();
}

} // namespace

void addTemplate(Cli &cli)
{
    CLI::App *verb =
        cli.verb("template", "Warm machines that sandboxes start from: ls, warm, rm", nullptr);
    auto options = std::make_shared<TemplateOptions>(); // the verbs' callbacks use it
    CLI::App *list = cli.verb(
        "ls", "List the templates", [&cli, options] { return ls(cli, options->json); }, verb);
    Cli::addJson(list, options->json);
    CLI::App *make = cli.verb(
        "warm",
        "Make the template for machines of these sizes if it is not there; prints its name",
        [&cli, options] { return warm(cli, *options); },
        verb);
    make->add_option("--cpus", options->cpus, "Virtual CPUs")->capture_default_str();
    make->add_option("--memory", options->memory, "Memory")->capture_default_str();
    make->add_option("--disk", options->disk, "Largest size of the disks")->capture_default_str();
    make->add_flag("--background", options->background, "Make way for other work");
    make->add_flag("--accept-emulation",
        options->acceptEmulation,
        "Go on without hardware acceleration; remembered");
    cli.verb(
           "rm",
           "Remove a template, or all; disks that sandboxes build on stay",
           [&cli, options] { return rm(cli, *options); },
           verb)
        ->add_option("NAME", options->name, "As “paddock template ls” names it");
}

} // namespace cli
