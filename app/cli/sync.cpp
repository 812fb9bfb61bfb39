#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/client/warden_client.h"

#include <QDateTime>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

constexpr int patienceMs = 10'000;

struct SyncOptions
{
    std::string name;
    std::string choice;
    bool json = false;
};
using SyncTask = QFuture<int> (*)(Cli &, const SyncOptions &);
using Show = int (*)(const QJsonObject &, const SyncOptions &);

/// Calls the running warden of a sandbox and shows its answer.
QFuture<int> ask(Cli &cli,
    const SyncOptions &options,
    const QString &method,
    const QJsonObject &parameters,
    Show show)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    return cli.sandboxes()
        .warden(sandbox->settings.id)
        ->call(method, parameters, patienceMs)
        .then(&cli, [options, show](const core::Result<QJsonObject> &answer) {
            return answer ? show(*answer, options) : fail(answer.error());
        });
}

int showNothing(const QJsonObject &, const SyncOptions &)
{
    return 0;
}

int showConflicts(const QJsonObject &answer, const SyncOptions &options)
{
    if (options.json) {
        printJson(answer);
        return 0;
    }
    QList<QStringList> rows;
    for (const QJsonValue &item : answer.value("items"_L1).toArray())
        rows.append({item.toObject().value("path"_L1).toString(),
            item.toObject().value("host"_L1).toString(),
            item.toObject().value("guest"_L1).toString()});
    printTable({u"PATH"_s, u"ON THIS COMPUTER"_s, u"IN THE SANDBOX"_s}, rows);
    return 0;
}

int showStatus(const QJsonObject &answer, const SyncOptions &options)
{
    if (options.json) {
        printJson(answer);
        return 0;
    }
    const auto text = [&](QLatin1StringView key) {
        return answer.value(key).toVariant().toString();
    };
    QList<QStringList> rows{{u"files"_s, text("files"_L1)}, {u"conflicts"_s, text("conflicts"_L1)}};
    if (!text("reason"_L1).isEmpty())
        rows.append({u"reason"_s, text("reason"_L1)});
    for (const QJsonValue &problem : answer.value("problems"_L1).toArray())
        rows.append({u"not synced"_s,
            problem.toObject().value("path"_L1).toString() + u": "_s +
                problem.toObject().value("reason"_L1).toString()});
    const QJsonObject question = answer.value("question"_L1).toObject();
    for (const QJsonValue &path : question.value("paths"_L1).toArray())
        rows.append({u"asked about"_s, path.toString()});
    if (!question.isEmpty())
        rows.append({u"to decide"_s,
            u"paddock sync answer %1 apply, or … discard"_s.arg(
                QString::fromStdString(options.name))});
    printTable({u"state"_s, text("state"_L1)}, rows);
    return 0;
}

QFuture<int> status(Cli &cli, const SyncOptions &options)
{
    return ask(cli, options, u"sync.status"_s, {}, showStatus);
}

QFuture<int> conflicts(Cli &cli, const SyncOptions &options)
{
    return ask(cli, options, u"sync.conflicts"_s, {}, showConflicts);
}

QFuture<int> pause(Cli &cli, const SyncOptions &options)
{
    return ask(cli, options, u"sync.pause"_s, {}, showNothing);
}

QFuture<int> resume(Cli &cli, const SyncOptions &options)
{
    return ask(cli, options, u"sync.resume"_s, {}, showNothing);
}

QFuture<int> answer(Cli &cli, const SyncOptions &options)
{
    return ask(cli,
        options,
        u"sync.answer"_s,
        {{u"choice"_s, QString::fromStdString(options.choice)}},
        showNothing);
}

std::shared_ptr<SyncOptions> addPart(Cli &cli,
    CLI::App *sync,
    const std::string &name,
    const std::string &description,
    SyncTask task)
{
    auto options = std::make_shared<SyncOptions>(); // lives as long as the verb's callback
    cli.verb(
           name, description, [&cli, options, task] { return task(cli, *options); }, sync)
        ->add_option("SANDBOX", options->name, "Name or id")
        ->required();
    return options;
}

} // namespace

void addSync(Cli &cli)
{
    CLI::App *sync = cli.verb("sync",
        "The files of a running sandbox: status, conflicts, answer, pause, resume",
        nullptr);
    auto options = addPart(cli, sync, "status", "Show how far both sides are, and why", status);
    Cli::addJson(sync->get_subcommand("status"), options->json);
    options = addPart(
        cli, sync, "conflicts", "List what both sides changed; both versions stay", conflicts);
    Cli::addJson(sync->get_subcommand("conflicts"), options->json);
    options = addPart(cli,
        sync,
        "answer",
        "Decide about many changes at once: “apply” them to the folder, or “discard” them",
        answer);
    sync->get_subcommand("answer")
        ->add_option("CHOICE", options->choice, "apply or discard")
        ->check(CLI::IsMember({"apply", "discard"}))
        ->required();
    addPart(cli, sync, "pause", "Leave both sides as they are until “resume”", pause);
    addPart(cli, sync, "resume", "Go on", resume);
}

} // namespace cli
