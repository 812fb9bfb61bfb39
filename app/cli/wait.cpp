#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/signals.h"
#include "app/cli/verbs.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"

#include <QPromise>
#include <QTimer>

#include <csignal>
#include <optional>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

enum class Goal { Waiting, Exit, Synced };

struct WaitOptions
{
    std::string name;
    std::string goal;
    int timeoutSeconds = 0;
};

std::optional<Goal> goalFrom(const std::string &word)
{
    if (word == "waiting")
        return Goal::Waiting;
    if (word == "exit")
        return Goal::Exit;
    if (word == "synced")
        return Goal::Synced;
    return std::nullopt;
}

bool isReached(Goal goal, const core::SandboxStatus &status)
{
    switch (goal) {
    case Goal::Waiting:
        return status.agent == core::AgentState::NeedsYou ||
               status.agent == core::AgentState::Finished ||
               status.agent == core::AgentState::Exited;
    case Goal::Exit:
        return status.agent == core::AgentState::Exited;
    case Goal::Synced:
        return false; // a question of its own, `sync.now`
    }
    std::unreachable();
}

class Waiting : public QObject
{
public:
    Waiting(Cli &cli, core::SandboxId id, Goal goal, int timeoutSeconds)
        : m_cli(cli)
        , m_id(std::move(id))
        , m_goal(goal)
    {
        m_promise.start();
        if (timeoutSeconds > 0)
            QTimer::singleShot(std::chrono::seconds(timeoutSeconds), this, [this, timeoutSeconds] {
                finish(fail({Error::Kind::TimedOut, u"not within %1 s"_s.arg(timeoutSeconds)}));
            });
        connect(&m_signals, &Signals::arrived, this, [this](int number) {
            if (number != SIGWINCH)
                finish(130);
        });
        auto &sandboxes = cli.sandboxes();
        connect(
            &sandboxes, &core::Sandboxes::changed, this, [this](const core::SandboxStatus &status) {
                if (status.settings.id == m_id)
                    look(status);
            });
        connect(&sandboxes, &core::Sandboxes::removed, this, [this](const core::SandboxId &gone) {
            if (gone == m_id)
                finish(fail({Error::Kind::NoSuchSandbox, gone.value}));
        });
        sandboxes.watch();
        sandboxes.refresh().then(this, [this](const QList<core::SandboxStatus> &) {
            if (const auto status = m_cli.sandboxes().find(m_id.value))
                look(*status);
        });
    }
    QFuture<int> future() { return m_promise.future(); }

private:
    void look(const core::SandboxStatus &status)
    {
        const bool ended = core::isOff(status.state);
        if (ended && m_goal == Goal::Exit)
            finish(0);
        else if (ended)
            finish(fail({Error::Kind::StateConflict,
                u"%1 is %2"_s.arg(status.settings.name, toString(status.state))}));
        else if (isReached(m_goal, status))
            finish(0);
        else if (m_goal == Goal::Synced && status.state == core::SandboxState::Running)
            askSync();
    }
    void askSync()
    {
        if (std::exchange(m_asked, true))
            return;
        m_cli.sandboxes()
            .warden(m_id)
            ->call(u"sync.now"_s, {}, 0)
            .then(this, [this](const core::Result<QJsonObject> &answer) {
                finish(answer ? 0 : fail(answer.error()));
            });
    }
    void finish(int code)
    {
        if (std::exchange(m_over, true))
            return;
        m_promise.addResult(code);
        m_promise.finish();
        deleteLater();
    }

    Cli &m_cli;
    core::SandboxId m_id;
    Goal m_goal;
    QPromise<int> m_promise;
    Signals m_signals;
    bool m_asked = false;
    bool m_over = false;
};

QFuture<int> wait(Cli &cli, const WaitOptions &options)
{
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    const std::optional<Goal> goal = goalFrom(options.goal);
    if (!goal)
        return failed({Error::Kind::Usage, u"--for wants waiting, exit or synced"_s});
    auto *waiting = new Waiting(cli, sandbox->settings.id, *goal, options.timeoutSeconds);
    return waiting->future();
}

} // namespace

void addWait(Cli &cli)
{
    auto options = std::make_shared<WaitOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("wait",
        "Wait until the agent waits for you, has ended, or all files are in step",
        [&cli, options] { return wait(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_option("--for", options->goal, "waiting, exit or synced")->required();
    verb->add_option("--timeout", options->timeoutSeconds, "Give up after so many seconds (75)");
}

} // namespace cli
