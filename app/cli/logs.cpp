#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/signals.h"
#include "app/cli/verbs.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"

#include <QFile>
#include <QPromise>
#include <QTimer>

#include <chrono>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace cli {

namespace {

constexpr qint64 tailBytes = 4 << 20;

struct LogsOptions
{
    std::string name;
    bool follow = false;
    bool console = false;
    int lines = 200;
};

/// Prints what is appended to a file until the user interrupts.
class Following : public QObject
{
public:
    Following(const QString &path, qint64 from)
        : m_file(path)
        , m_at(from)
    {
        m_promise.start();
        connect(&m_timer, &QTimer::timeout, this, [this] { look(); });
        connect(&m_signals, &Signals::arrived, this, [this](int number) {
            if (number == SIGWINCH)
                return;
            m_timer.stop();
            m_promise.addResult(130);
            m_promise.finish();
            deleteLater();
        });
        m_timer.start(200ms);
    }
    QFuture<int> future() { return m_promise.future(); }

private:
    void look()
    {
        if (!m_file.isOpen() && !m_file.open(QFile::ReadOnly))
            return;
        if (m_file.size() < m_at) // begun anew
            m_at = 0;
        m_file.seek(m_at);
        const QByteArray bytes = m_file.readAll();
        m_at += bytes.size();
        if (!bytes.isEmpty())
            writeAll(1, printable(QString::fromUtf8(bytes)).toUtf8());
    }

    QFile m_file;
    qint64 m_at;
    QPromise<int> m_promise;
    Signals m_signals;
    QTimer m_timer;
};

QFuture<int> showLog(Cli &cli, const core::SandboxStatus &sandbox, const LogsOptions &options)
{
    const QString path = cli.paths.sandbox(sandbox.settings.id.value) + u"/log/warden.log"_s;
    QFile file(path);
    qint64 end = 0;
    if (file.open(QFile::ReadOnly)) {
        end = file.size();
        file.seek(std::max<qint64>(0, end - tailBytes));
        QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
        if (lines.size() > options.lines)
            lines = lines.last(options.lines);
        for (const QString &line : std::as_const(lines))
            print(printable(line));
    }
    if (!options.follow)
        return done();
    auto *following = new Following(path, end);
    return following->future();
}

QFuture<int> showConsole(Cli &cli, const core::SandboxStatus &sandbox)
{
    const core::SandboxId id = sandbox.settings.id;
    if (!core::isHeld(cli.paths, id)) {
        if (const auto exit = core::lastExit(cli.paths, id))
            print(printable(exit->value("consoleTail"_L1).toString()));
        else
            say(u"%1 is stopped and ended well; it has no console"_s.arg(sandbox.settings.name));
        return done();
    }
    return cli.sandboxes()
        .warden(id)
        ->call(u"console"_s)
        .then(&cli, [](const core::Result<QJsonObject> &answer) {
            if (!answer)
                return fail(answer.error());
            print(printable(answer->value("text"_L1).toString()));
            return 0;
        });
}

QFuture<int> logs(Cli &cli, const LogsOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    return options.console ? showConsole(cli, *sandbox) : showLog(cli, *sandbox, options);
}

} // namespace

void addLogs(Cli &cli)
{
    auto options = std::make_shared<LogsOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("logs",
        "Show the log of a sandbox's warden, or the machine's console",
        [&cli, options] { return logs(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_flag("-f,--follow", options->follow, "Go on as it grows");
    verb->add_flag("--console", options->console, "The machine's console instead");
    verb->add_option("-n,--lines", options->lines, "At most so many lines")->capture_default_str();
}

} // namespace cli
