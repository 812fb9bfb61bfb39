#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/review.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/client/patch.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct DiffOptions
{
    std::string name;
    std::vector<std::string> paths;
    bool nameOnly = false;
    bool stat = false;
    bool json = false;
};

constexpr qsizetype remarked = 20;

/// What else is worth knowing, beside the data.
void remark(const QJsonObject &review)
{
    const auto items = review.value("items"_L1).toArray();
    if (const auto all = review.value("count"_L1).toInteger(); all > items.size())
        say(u"only the first %1 of %2 changes are listed; name a folder to see its own"_s
                .arg(items.size())
                .arg(all));
    const auto host = review.value("hostItems"_L1).toArray();
    for (qsizetype i = 0; i < qMin(host.size(), remarked); ++i)
        say(u"only on this computer: "_s + reviewLine(host[i].toObject()));
    if (const auto all = review.value("hostCount"_L1).toInteger(); all > remarked)
        say(u"… and %1 more changes on this computer only"_s.arg(all - remarked));
    for (const QJsonValue path : review.value("unknown"_L1).toArray())
        say(u"the fork changed nothing at "_s + printable(path.toString()));
}

int showList(const QJsonObject &review, const DiffOptions &options)
{
    if (options.json) {
        auto object = review;
        object.remove(u"contentDirectory"_s);
        printJson(object);
        return 0;
    }
    for (const QJsonValue item : review.value("items"_L1).toArray())
        print(printable(item["path"_L1].toString()).replace(u'\n', u' '));
    return 0;
}

int showPatches(const core::Result<QList<core::Patch>> &patches,
    const QJsonObject &review,
    const DiffOptions &options)
{
    if (!patches)
        return fail(patches.error());
    QList<QStringList> rows;
    for (const core::Patch &patch : *patches) {
        if (!options.stat) {
            writeAll(1, patch.text.toUtf8());
            continue;
        }
        const QString lines =
            patch.whole ? u"+%1 -%2"_s.arg(patch.added).arg(patch.removed) : u"–"_s;
        const bool conflict = patch.item.value("conflict"_L1).toBool();
        rows.append({patch.item.value("change"_L1).toString(),
            lines,
            conflict ? patch.item.value("host"_L1).toString() : QString(),
            patch.item.value("path"_L1).toString()});
    }
    if (options.stat)
        printTable({u"CHANGE"_s, u"LINES"_s, u"ON THIS COMPUTER"_s, u"PATH"_s}, rows);
    remark(review);
    return 0;
}

QFuture<int> diff(Cli &cli, const DiffOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    const bool lists = options.nameOnly || options.json;
    return askReview(cli, *sandbox, u"sync.review"_s, options.paths, {{u"contents"_s, !lists}})
        .then(&cli,
            [&cli, options, lists, workspace = sandbox->settings.workspace](
                const core::Result<QJsonObject> &review) -> QFuture<int> {
                if (!review)
                    return failed(review.error());
                if (lists)
                    return done(showList(*review, options));
                auto *maker = new core::PatchMaker(workspace, *review);
                maker->setParent(&cli);
                return maker->run().then(&cli,
                    [options, review = *review](const core::Result<QList<core::Patch>> &patches) {
                        return showPatches(patches, review, options);
                    });
            })
        .unwrap();
}

} // namespace

void addDiff(Cli &cli)
{
    auto options = std::make_shared<DiffOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("diff",
        "Show what the fork of a sandbox changed, against the folder on this computer",
        [&cli, options] { return diff(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id of a fork")->required();
    verb->add_option("PATH", options->paths, "Only these, and what is below them");
    auto *names = verb->add_flag("--name-only", options->nameOnly, "Only the names");
    verb->add_flag("--stat", options->stat, "Names and numbers of lines")->excludes(names);
    Cli::addJson(verb, options->json);
}

} // namespace cli
