#include "core/warden/terminals.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr std::size_t maxTerminals = 64;
constexpr auto maxEnded = 16;

QJsonObject sizeJson(Terminal::Size size)
{
    return {{u"columns"_s, size.columns}, {u"rows"_s, size.rows}};
}

std::unexpected<Error> usage(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Usage, detail});
}

/// The texts of an array; nothing when something else is in it.
std::optional<QStringList> texts(const QJsonValue &value)
{
    QStringList list;
    const auto array = value.toArray();
    for (const auto entry : array) {
        if (!entry.isString())
            return std::nullopt;
        list << entry.toString();
    }
    return list;
}

bool hasOnlyTexts(const QJsonObject &object)
{
    return std::ranges::all_of(
        object.keys(), [&](const QString &key) { return object.value(key).isString(); });
}

} // namespace

Terminals::Terminals(GuestControl &control, SandboxSettings settings, Agent agent)
    : m_control(control)
    , m_settings(std::move(settings))
    , m_agent(std::move(agent))
{
}

QJsonObject Terminals::spec(const QStringList &argv) const
{
    return {
        {u"argv"_s, QJsonArray::fromStringList(argv)},
        {u"env"_s, QJsonObject{{u"TERM"_s, u"xterm-256color"_s}, {u"COLORTERM"_s, u"truecolor"_s}}},
        {u"cwd"_s, m_settings.workspace},
        {u"user"_s, u"agent"_s},
        {u"terminal"_s, QJsonValue()},
    };
}

Result<Terminal *> Terminals::open(const Request &request)
{
    const bool isAgent = request.kind == Terminal::Kind::Agent;
    if (isAgent) {
        const auto running = std::ranges::find_if(m_terminals, [](const auto &terminal) {
            return terminal->kind() == Terminal::Kind::Agent && terminal->isRunning();
        });
        if (running != m_terminals.end())
            return running->get();
    }
    forgetOldest();
    if (m_terminals.size() >= maxTerminals) {
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"this sandbox has 64 terminals already"_s});
    }
    auto command =
        spec(isAgent ? agentCommand(m_agent, request.arguments) : QStringList{u"bash"_s, u"-l"_s});
    command[u"terminal"_s] = sizeJson(request.size);
    const auto id = QString::number(m_nextId++);
    command[u"keep"_s] = Terminal::parkName(id);
    auto terminal =
        std::make_unique<Terminal>(id, request.kind, request.size, m_control.exec(command));
    auto *opened = terminal.get();
    add(std::move(terminal));
    if (isAgent)
        setAgent({.state = AgentState::Starting, .exitCode = {}, .text = {}});
    return opened;
}

void Terminals::add(std::unique_ptr<Terminal> terminal)
{
    auto *added = terminal.get();
    m_terminals.push_back(std::move(terminal));
    if (added->kind() == Terminal::Kind::Agent)
        watchAgent(added);
    connect(added, &Terminal::ended, this, &Terminals::listChanged);
    connect(added, &Terminal::outputSeen, this, &Terminals::active);
    connect(added, &Terminal::typed, this, &Terminals::active);
    // Queued, since the command that tells it is still at work.
    connect(
        added,
        &Terminal::parkedLate,
        this,
        [this, added] {
            if (added->isParked())
                adopt(added);
        },
        Qt::QueuedConnection);
    emit listChanged();
}

Future<> Terminals::park()
{
    QList<Future<>> parked;
    for (const auto &terminal : m_terminals)
        parked << terminal->park();
    return QtFuture::whenAll(parked.begin(), parked.end())
        .then(this, [](const QList<Future<>> &all) -> Result<> {
            for (const auto &one : all)
                if (!one.result())
                    return one.result();
            return {};
        });
}

void Terminals::resume()
{
    for (const auto &terminal : m_terminals)
        terminal->isParked() ? adopt(terminal.get()) : terminal->goOn();
}

void Terminals::adopt(Terminal *terminal)
{
    terminal->resume(m_control.adopt(terminal->parkName(), terminal->received()));
}

QJsonObject Terminals::saved() const
{
    QJsonArray terminals;
    for (const auto &terminal : m_terminals)
        terminals << terminal->saved();
    return {{u"terminals"_s, terminals},
        {u"nextId"_s, m_nextId},
        {u"agentState"_s, toString(m_signal.state)},
        {u"agentText"_s, m_signal.text}};
}

void Terminals::restore(const QJsonObject &saved)
{
    m_nextId = std::max(saved.value("nextId"_L1).toInt(), 1);
    const auto terminals = saved.value("terminals"_L1).toArray();
    for (const auto entry : terminals)
        if (auto terminal = Terminal::restored(entry.toObject()))
            add(std::move(terminal));
    setAgent({.state = agentStateFromString(saved.value("agentState"_L1).toString())
                  .value_or(AgentState::None),
        .exitCode = {},
        .text = saved.value("agentText"_L1).toString()});
    resume();
}

Terminal *Terminals::find(const QString &id) const
{
    const auto found =
        std::ranges::find(m_terminals, id, [](const auto &terminal) { return terminal->id(); });
    return found == m_terminals.end() ? nullptr : found->get();
}

void Terminals::close(Terminal *terminal)
{
    if (terminal->isRunning()) {
        terminal->hangUp();
        return;
    }
    std::erase_if(m_terminals, [&](const auto &known) { return known.get() == terminal; });
    emit listChanged();
}

void Terminals::forgetOldest()
{
    const auto ended = std::ranges::count_if(
        m_terminals, [](const auto &terminal) { return !terminal->isRunning(); });
    if (ended < maxEnded)
        return;
    const auto oldest = std::ranges::find_if(
        m_terminals, [](const auto &terminal) { return !terminal->isRunning(); });
    m_terminals.erase(oldest);
}

QJsonArray Terminals::list() const
{
    QJsonArray list;
    for (const auto &terminal : m_terminals)
        list << terminal->toJson();
    return list;
}

Result<QJsonObject> Terminals::commandSpec(const QJsonObject &parameters) const
{
    const bool isAgent = parameters.value("agent"_L1).toBool();
    const auto arguments = texts(parameters.value(isAgent ? "arguments"_L1 : "argv"_L1));
    if (!arguments || (!isAgent && arguments->isEmpty()))
        return usage(u"\"argv\" must be a list of texts, not empty"_s);
    auto command = spec(isAgent ? agentCommand(m_agent, *arguments) : *arguments);
    const auto terminal = parameters.value("terminal"_L1);
    auto environment = terminal.isObject() ? command.value("env"_L1).toObject() : QJsonObject();
    const auto more = parameters.value("environment"_L1).toObject();
    if (!hasOnlyTexts(more))
        return usage(u"\"environment\" must hold texts"_s);
    for (auto it = more.begin(); it != more.end(); ++it)
        environment[it.key()] = it.value();
    command[u"env"_s] = environment;
    if (const auto cwd = parameters.value("cwd"_L1).toString(); !cwd.isEmpty())
        command[u"cwd"_s] = cwd;
    if (const auto user = parameters.value("user"_L1).toString(); !user.isEmpty())
        command[u"user"_s] = user;
    if (terminal.isObject()) {
        const auto size = terminal.toObject();
        command[u"terminal"_s] =
            sizeJson({size.value("columns"_L1).toInt(80), size.value("rows"_L1).toInt(24)});
    }
    return command;
}

std::unique_ptr<GuestCommand> Terminals::run(const QJsonObject &spec)
{
    auto command = m_control.exec(spec);
    m_commands << command.get();
    emit active(); // a short one is over before anyone asks
    return command;
}

bool Terminals::isWatched()
{
    m_commands.removeIf([](const auto &command) { return !command || command->isOver(); });
    return !m_commands.isEmpty() ||
           std::ranges::any_of(m_terminals, [](const auto &known) { return known->isWatched(); });
}

void Terminals::watchAgent(Terminal *terminal)
{
    connect(terminal, &Terminal::entered, this, &Terminals::prompted);
    connect(terminal, &Terminal::outputSeen, this, [this] {
        if (m_signal.state == AgentState::Starting)
            setAgent({.state = AgentState::Working, .exitCode = {}, .text = {}});
    });
    connect(terminal, &Terminal::typed, this, [this] {
        if (m_signal.state == AgentState::NeedsYou)
            setAgent({.state = AgentState::Working, .exitCode = {}, .text = {}});
    });
    connect(terminal, &Terminal::event, this, [this](const TerminalEvent &event) {
        using Kind = TerminalEvent::Kind;
        if (event.kind == Kind::Bell || event.kind == Kind::Notification)
            setAgent({.state = AgentState::NeedsYou, .exitCode = {}, .text = event.text});
    });
    connect(terminal, &Terminal::ended, this, [this](const QJsonObject &how) {
        setAgent({.state = AgentState::Exited,
            .exitCode = exitCodeOf(how),
            .text = how.value("failed"_L1).toString()});
    });
}

void Terminals::setAgent(const AgentSignal &signal)
{
    if (m_signal == signal)
        return;
    m_signal = signal;
    emit agentChanged();
}

} // namespace core
