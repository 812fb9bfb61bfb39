#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/review.h"
#include "app/cli/verbs.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

struct AcceptOptions
{
    std::string name;
    std::vector<std::string> paths;
    bool skipConflicts = false;
    bool json = false;
};

void list(const QJsonObject &answer, QLatin1StringView key, void (*show)(const QString &))
{
    const auto items = answer.value(key).toArray();
    for (const QJsonValue item : items)
        show(reviewLine(item.toObject()));
    const auto all = answer.value(QString(key) + u"Count"_s).toInteger();
    if (all > items.size())
        say(u"… and %1 more"_s.arg(all - items.size()));
}

/// What could not be done, and the exit code that it gives.
int judge(const QJsonObject &answer, const AcceptOptions &options)
{
    const auto failed = answer.value("failed"_L1).toArray();
    for (const QJsonValue item : failed)
        say(u"not brought over: %1: %2"_s.arg(
            printable(item["path"_L1].toString()), printable(item["reason"_L1].toString())));
    for (const QJsonValue path : answer.value("unknown"_L1).toArray())
        say(u"the fork changed nothing at "_s + printable(path.toString()));
    const auto refused = answer.value("refusedCount"_L1).toInteger();
    if (refused > 0 && !options.skipConflicts) {
        list(answer, "refused"_L1, say);
        return fail({Error::Kind::StateConflict,
            u"nothing was brought over: %1 of the files changed on this computer since the fork; "
            u"--skip-conflicts leaves them out"_s.arg(refused)});
    }
    if (refused > 0)
        list(answer, "refused"_L1, say);
    if (!failed.isEmpty())
        return fail({Error::Kind::Failed, u"some files could not be brought over"_s});
    return 0;
}

int show(const QJsonObject &answer, const AcceptOptions &options)
{
    if (options.json) {
        auto object = answer;
        object.remove(u"contentDirectory"_s);
        printJson(object);
    } else {
        list(answer, "accepted"_L1, print);
    }
    return judge(answer, options);
}

QFuture<int> accept(Cli &cli, const AcceptOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    return askReview(cli,
        *sandbox,
        u"sync.accept"_s,
        options.paths,
        {{u"skipConflicts"_s, options.skipConflicts}})
        .then(&cli, [options](const core::Result<QJsonObject> &answer) {
            return answer ? show(*answer, options) : fail(answer.error());
        });
}

} // namespace

void addAccept(Cli &cli)
{
    auto options = std::make_shared<AcceptOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("accept",
        "Bring what the fork of a sandbox changed into the folder on this computer",
        [&cli, options] { return accept(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id of a fork")->required();
    verb->add_option("PATH", options->paths, "Only these, and what is below them");
    verb->add_flag("--skip-conflicts",
        options->skipConflicts,
        "Leave out what changed on this computer since the fork, instead of doing nothing");
    Cli::addJson(verb, options->json);
}

} // namespace cli
