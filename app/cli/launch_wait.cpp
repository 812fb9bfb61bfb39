#include "app/cli/launch_wait.h"

#include "app/cli/console.h"
#include "app/cli/signals.h"
#include "core/client/error_kind.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"
#include "core/warden/machine_failure.h"

#include <QPromise>

#include <csignal>
#include <utility>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

constexpr int consoleLines = 12;

QString stageText(const core::SandboxStatus &status)
{
    switch (status.stage) {
    case core::LaunchStage::Image:
        return u"preparing the image"_s;
    case core::LaunchStage::Disks:
        return u"making the disks"_s;
    case core::LaunchStage::Boot:
        return status.acceleration.isEmpty()
                   ? u"starting the machine"_s
                   : u"starting the machine (%1)"_s.arg(status.acceleration);
    case core::LaunchStage::Guest:
        return u"waiting for the guest"_s;
    case core::LaunchStage::Files:
        return status.sync.totalFiles > 0 ? u"copying %1 files"_s.arg(status.sync.totalFiles)
                                          : u"copying files"_s;
    case core::LaunchStage::Agent:
        return u"preparing the agent"_s;
    case core::LaunchStage::Ready:
        return u"ready"_s;
    }
    std::unreachable();
}

class LaunchWait : public QObject
{
public:
    LaunchWait(Cli &cli, const core::SandboxId &id)
        : m_cli(cli)
        , m_id(id)
    {
        m_promise.start();
        core::WardenClient *client = cli.sandboxes().warden(id);
        connect(client,
            &core::WardenClient::notified,
            this,
            [this](const QString &topic, const QJsonObject &parameters) {
                if (topic == "status"_L1)
                    take(parameters);
            });
        connect(client,
            &core::WardenClient::connectionChanged,
            this,
            [this](core::WardenClient::Connection connection) {
                if (connection == core::WardenClient::Connection::Closed)
                    fail({Error::Kind::MachineFailed, u"its warden ended"_s});
            });
        connect(&m_signals, &Signals::arrived, this, [this](int number) {
            if (number != SIGWINCH)
                finish(std::unexpected(Error{Error::Kind::Cancelled,
                    u"the sandbox goes on starting; “paddock stop” ends it"_s}));
        });
        client->subscribe({u"status"_s});
        client->call(u"status"_s, {}, 20'000)
            .then(this, [this](const core::Result<QJsonObject> &answer) {
                if (answer)
                    take(*answer);
                else
                    fail(answer.error());
            });
    }
    core::Future<> future() { return m_promise.future(); }

private:
    void take(const QJsonObject &json)
    {
        const core::SandboxStatus status = core::statusFromJson({}, json);
        if (status.state == core::SandboxState::NotAnswering)
            return finish(std::unexpected(Error{Error::Kind::NotAnswering, status.reason}));
        if (status.state == core::SandboxState::Paused) { // what it waits for may take long
            finish(std::unexpected(
                Error{core::errorKindFromString(status.reasonKind), status.reason}));
            return;
        }
        if (status.state == core::SandboxState::Failed) {
            fail({core::errorKindFromString(status.reasonKind), status.reason});
            return;
        }
        const bool running = status.state == core::SandboxState::Running;
        const QString stage = running ? u"ready"_s : stageText(status);
        if (stage != m_said && (m_spoke || !running)) {
            say(stage);
            m_spoke = true;
        }
        m_said = stage;
        if (running)
            ready(status);
    }
    void ready(const core::SandboxStatus &status)
    {
        if (m_spoke) {
            for (const QString &notice : status.notices)
                say(u"note: "_s + printable(notice));
        }
        finish({});
    }
    /// The warden's own record of the failure knows most.
    void fail(Error error)
    {
        if (m_over)
            return;
        const auto exit = core::lastExit(m_cli.paths, m_id);
        if (exit) {
            error.kind = core::errorKindFromString(exit->value("kind"_L1).toString());
            error.detail = exit->value("detail"_L1).toString();
            showConsole(exit->value("consoleTail"_L1).toString());
        }
        finish(std::unexpected(error));
    }
    static void showConsole(const QString &tail)
    {
        const QStringList lines = core::consoleExcerpt(tail, consoleLines);
        if (lines.isEmpty())
            return;
        say(u"the machine's last words:"_s);
        for (const QString &line : lines)
            writeAll(2, "  | " + printable(line).toUtf8() + '\n');
    }
    void finish(core::Result<> result)
    {
        if (m_over)
            return;
        m_over = true;
        m_promise.addResult(std::move(result));
        m_promise.finish();
        deleteLater();
    }

    Cli &m_cli;
    core::SandboxId m_id;
    QPromise<core::Result<>> m_promise;
    Signals m_signals;
    QString m_said;
    bool m_spoke = false;
    bool m_over = false;
};

} // namespace

core::Future<> whenRunning(Cli &cli, const core::SandboxId &id)
{
    auto *wait = new LaunchWait(cli, id);
    return wait->future();
}

} // namespace cli
