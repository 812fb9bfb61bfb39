#pragma once

#include "core/agents/agent.h"
#include "core/result.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"
#include "core/warden/guest_control.h"
#include "core/warden/terminal.h"

#include <QJsonArray>
#include <QPointer>

#include <memory>
#include <vector>

namespace core {

/// What is to be shown of the agent.
struct AgentSignal
{
    AgentState state = AgentState::None;
    std::optional<int> exitCode;
    QString text;
    friend bool operator==(const AgentSignal &, const AgentSignal &) = default;
};

/// The terminals of a sandbox, and the commands without one. An ended terminal stays for its
/// scrollback until it is closed; of those the newest sixteen.
class Terminals : public QObject
{
    Q_OBJECT

public:
    Terminals(GuestControl &control, SandboxSettings settings, Agent agent);

    struct Request
    {
        Terminal::Kind kind = Terminal::Kind::Shell;
        Terminal::Size size;
        QStringList arguments; ///< of the agent, for a new terminal
    };
    /// The agent's running terminal when there is one, else a new one.
    Result<Terminal *> open(const Request &request);
    [[nodiscard]] Terminal *find(const QString &id) const;
    void close(Terminal *terminal);
    [[nodiscard]] QJsonArray list() const;

    /// A command as `exec` of API.md asks for it; Usage when the parameters make no sense.
    Result<QJsonObject> commandSpec(const QJsonObject &parameters) const;
    std::unique_ptr<GuestCommand> run(const QJsonObject &spec);

    /// Makes all that runs in a terminal wait in the guest, for a machine that is suspended.
    Future<> park();
    /// Goes on with what was parked by this object or by the one that `saved` comes from.
    void resume();
    [[nodiscard]] QJsonObject saved() const;
    void restore(const QJsonObject &saved);

    /// Whether someone is attached to a terminal, or waits for a command.
    [[nodiscard]] bool isWatched();

    [[nodiscard]] const AgentSignal &agent() const { return m_signal; }

signals:
    void agentChanged();
    void listChanged();
    void prompted(); ///< someone told the agent something
    void active();   ///< something was written in a terminal, from either end

private:
    [[nodiscard]] QJsonObject spec(const QStringList &argv) const;
    void add(std::unique_ptr<Terminal> terminal);
    void adopt(Terminal *terminal);
    void watchAgent(Terminal *terminal);
    void setAgent(const AgentSignal &signal);
    void forgetOldest();

    GuestControl &m_control;
    SandboxSettings m_settings;
    Agent m_agent;
    std::vector<std::unique_ptr<Terminal>> m_terminals;
    QList<QPointer<GuestCommand>> m_commands; ///< without a terminal of their own
    AgentSignal m_signal;
    int m_nextId = 1;
};

} // namespace core
