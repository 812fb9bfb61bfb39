#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/signals.h"
#include "app/cli/verbs.h"
#include "core/client/connection_record.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPromise>

#include <csignal>

using namespace Qt::StringLiterals;

namespace cli {

void addPolicyLog(Cli &cli, CLI::App *policy);

namespace {

struct LogOptions
{
    std::string name;
    int limit = 200;
    bool follow = false;
    bool json = false;
};

QString lineOf(const QJsonObject &json)
{
    const core::ConnectionRecord record = core::connectionFromJson(json);
    const QString when = QDateTime::fromMSecsSinceEpoch(record.timeMs).toString(u"HH:mm:ss"_s);
    QString line = u"%1  %2  %3  %4:%5"_s
                       .arg(when,
                           record.verdict.leftJustified(6),
                           record.protocol.leftJustified(5),
                           record.host)
                       .arg(record.port);
    if (!record.method.isEmpty())
        line += u"  %1 %2"_s.arg(record.method, record.urlPath);
    if (!record.reason.isEmpty())
        line += u"  (%1)"_s.arg(record.reason);
    if (record.cached)
        line += u"  (kept on this computer)"_s;
    return printable(line).replace(u'\n', u' ');
}

/// Prints each record that comes until the user interrupts.
class Records : public QObject
{
public:
    Records(core::WardenClient *client, bool json)
    {
        m_promise.start();
        connect(client,
            &core::WardenClient::notified,
            this,
            [json](const QString &topic, const QJsonObject &record) {
                if (topic == "connection"_L1)
                    json ? printJsonLine(record) : print(lineOf(record));
            });
        connect(client,
            &core::WardenClient::connectionChanged,
            this,
            [this](core::WardenClient::Connection state) {
                if (state == core::WardenClient::Connection::Closed)
                    finish(69);
            });
        connect(&m_signals, &Signals::arrived, this, [this](int number) {
            if (number != SIGWINCH)
                finish(130);
        });
        client->subscribe({u"connections"_s});
    }
    QFuture<int> future() { return m_promise.future(); }

private:
    void finish(int code)
    {
        if (std::exchange(m_over, true))
            return;
        m_promise.addResult(code);
        m_promise.finish();
        deleteLater();
    }

    QPromise<int> m_promise;
    Signals m_signals;
    bool m_over = false;
};

void show(const QJsonArray &records, const LogOptions &options)
{
    if (options.json && !options.follow) {
        printJson({{u"records"_s, records}});
        return;
    }
    for (const QJsonValue record : records)
        options.json ? printJsonLine(record.toObject()) : print(lineOf(record.toObject()));
}

/// What the gateway wrote, for a sandbox that is stopped.
QJsonArray recordsInFile(const QString &path, int limit)
{
    QFile file(path);
    QList<QByteArray> lines;
    if (!file.open(QFile::ReadOnly))
        return {};
    while (!file.atEnd()) {
        lines.append(file.readLine(64 << 10));
        if (lines.size() > limit)
            lines.removeFirst();
    }
    QJsonArray records;
    for (const QByteArray &line : std::as_const(lines))
        records.append(QJsonDocument::fromJson(line).object());
    return records;
}

QFuture<int> log(Cli &cli, const LogOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    const core::SandboxId id = sandbox->settings.id;
    if (!core::isHeld(cli.paths, id)) {
        show(
            recordsInFile(cli.paths.sandbox(id.value) + u"/log/connections.jsonl"_s, options.limit),
            options);
        return done();
    }
    return cli.sandboxes()
        .warden(id)
        ->call(u"connections"_s, {{u"limit"_s, options.limit}})
        .then(&cli,
            [&cli, id, options](const core::Result<QJsonObject> &answer) {
                if (!answer)
                    return failed(answer.error());
                show(answer->value("records"_L1).toArray(), options);
                if (!options.follow)
                    return done();
                auto *records = new Records(cli.sandboxes().warden(id), options.json);
                return records->future();
            })
        .unwrap();
}

} // namespace

void addPolicyLog(Cli &cli, CLI::App *policy)
{
    auto options = std::make_shared<LogOptions>(); // lives as long as the verb's callback
    CLI::App *part = cli.verb(
        "log",
        "Show a sandbox's connections and what was decided",
        [&cli, options] { return log(cli, *options); },
        policy);
    part->add_option("SANDBOX", options->name, "Name or id")->required();
    part->add_option("-n,--limit", options->limit, "At most so many")->capture_default_str();
    part->add_flag("-f,--follow", options->follow, "Go on as they come");
    Cli::addJson(part, options->json);
}

} // namespace cli
