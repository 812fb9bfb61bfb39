#include "core/warden/warden.h"

#include "core/agents/placeholders.h"
#include "core/warden/authority_files.h"
#include "core/warden/guest_configuration.h"
#include "core/warden/host_inheritance.h"
#include "core/warden/run_program.h"
#include "core/warden/terminal_filter.h"

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto emulatedBootPatience =
    180s; // measured 5 s on an idle machine; a busy one may be far slower
constexpr auto acceleratedBootPatience = 45s;
constexpr auto requestPatience = 30s;
constexpr auto reconnectPatience = 30s;

QString gatewayNotice(const QString &reason)
{
    return u"The sandbox is offline: its gateway ended (%1) and is started again."_s.arg(reason);
}

} // namespace

Warden::Warden(Setup setup)
    : m_setup(std::move(setup))
    , m_stateFiles(m_setup.paths.sandbox(m_setup.settings.id.value))
{
    m_board.update([](WardenStatus &status) { status.sync = disconnectedSync(u"starting"_s); });
    connect(&m_board, &StatusBoard::changed, this, [this] { m_api.notify(u"status"_s, status()); });
    connect(&m_api, &ApiServer::clientLeft, this, &Warden::leaveWhenAlone);
    addMethods(m_api, *this);
}

Warden::~Warden() = default;

Result<> Warden::serve()
{
    const auto runtime = m_setup.paths.runtimeOf(m_setup.settings.id.value);
    if (!makePrivateDirectory(runtime)) {
        return std::unexpected(Error{
            Error::Kind::NotPermitted, u"%1 cannot be made, or is another user's"_s.arg(runtime)});
    }
    return m_api.listen(m_setup.paths.wardenSocket(m_setup.settings.id.value));
}

QJsonObject Warden::status() const
{
    return toJson(m_setup.settings, m_board.status());
}

QString Warden::logFile() const
{
    return m_setup.paths.sandbox(m_setup.settings.id.value) + u"/log/warden.log"_s;
}

void Warden::setSecret(const QString &service, const QByteArray &value)
{
    if (m_network)
        m_network->setSecret(service, value);
    else
        m_secrets.store(service, value);
}

Future<> Warden::whenReady()
{
    return m_ready.future();
}

void Warden::start(const QHash<QString, QByteArray> &secrets)
{
    for (const auto &[service, value] : secrets.asKeyValueRange())
        m_secrets.store(service, value);
    m_stateFiles.removeLastExit();
    m_unclean = m_stateFiles.wasUnclean();
    auto authority =
        authorityOf(m_setup.paths.sandbox(m_setup.settings.id.value), m_setup.settings.name);
    if (!authority)
        return fail(authority.error());
    m_authority = std::move(*authority);
    m_launch = std::make_unique<Launch>(LaunchRequest{
        .paths = m_setup.paths,
        .settings = m_setup.settings,
        .config = m_setup.config,
        .imageDirectory = m_setup.programs.imageDirectory,
        .guestPart = m_setup.programs.guestPart,
    });
    connect(m_launch.get(), &Launch::reached, this, [this](LaunchStage stage, const QString &text) {
        m_board.update([&](WardenStatus &status) {
            status.stage = stage;
            status.progress = {.done = 0, .total = 0, .text = text};
        });
        if (stage == LaunchStage::Boot) {
            m_stateFiles.markRunning();
            m_board.enter(SandboxState::Booting);
        }
    });
    m_launch->run().then(
        this, [this](const Result<std::shared_ptr<vmm::Machine>> &machine) { launched(machine); });
}

GuestControl::ConnectPort Warden::port(const QString &name)
{
    return [this, name] { return m_machine->connectPort(u"org.paddock."_s + name); };
}

void Warden::launched(const Result<std::shared_ptr<vmm::Machine>> &machine)
{
    m_setup.settings = m_launch->settings();
    const auto verdict = m_launch->acceleration();
    const auto confinement = m_launch->host().confinement();
    m_board.update([&](WardenStatus &status) {
        status.acceleration = toString(verdict.acceleration);
        status.accelerationReason = verdict.detail;
        status.confinement.qemu = confinement;
        status.stage = machine ? LaunchStage::Guest : status.stage;
        status.progress.text = machine ? u"Waiting for the system in the sandbox"_s : QString();
    });
    if (!machine)
        return fail(machine.error());
    m_machine = *machine;
    connect(m_machine.get(), &vmm::Machine::stateChanged, this, [this](vmm::Machine::State state) {
        if (state == vmm::Machine::State::Exited)
            machineEnded();
    });
    m_control = std::make_unique<GuestControl>(port(u"control"_s));
    connect(m_control.get(), &GuestControl::event, this, &Warden::guestEvent);
    connect(m_control.get(), &GuestControl::lost, this, &Warden::reconnect);
    const auto patience = verdict.acceleration == vmm::Acceleration::Tcg ? emulatedBootPatience
                                                                         : acceleratedBootPatience;
    steps(this, m_control->open(patience))
        .then([this] { return configureGuest(); })
        .then([this] { return takeGit(); })
        .finally([this](const Result<> &configured) {
            if (m_stopping)
                return;
            if (!configured)
                return fail(configured.error());
            startTerminals();
            startNetwork();
            startFiles();
        });
}

Future<> Warden::configureGuest()
{
    return steps(this, runProgram(this, {.argv = {u"apt-config"_s, u"dump"_s}}))
        .then([this](const ProgramOutput &apt) {
            const auto placeholders = m_stateFiles.placeholders(m_setup.agent);
            const auto files = agentFiles(m_setup.agent, m_setup.settings.workspace, placeholders);
            const GuestConfiguration configuration{
                .settings = m_setup.settings,
                .caCertificate = m_authority.certificate,
                .extraRoots = m_setup.config.trustHostRoots
                                  ? locallyAddedRoots(u"/usr/local/share/ca-certificates"_s)
                                  : QByteArray(),
                .environment = agentEnvironment(m_setup.agent, placeholders),
                .files = m_stateFiles.newFiles(files),
                .aptOptions = inheritedAptOptions(apt.output),
                .nowMs = QDateTime::currentMSecsSinceEpoch(),
            };
            return m_control
                ->request("POST",
                    "/configure",
                    QJsonDocument(toJson(configuration)).toJson(QJsonDocument::Compact),
                    requestPatience)
                .then(this, [this, files](const Result<QByteArray> &answer) -> Result<> {
                    if (!answer)
                        return std::unexpected(answer.error());
                    m_stateFiles.rememberFiles(files);
                    m_control->listen();
                    return {};
                });
        })
        .finally([](const Result<> &) {});
}

Future<> Warden::takeGit()
{
    const auto directory = m_setup.paths.sandbox(m_setup.settings.id.value) + u"/sync"_s;
    makePrivateDirectory(directory);
    const auto depth = m_stateFiles.wasSeeded() ? GitDepth::Look : GitDepth::Take;
    return takeGitSnapshot(this, m_setup.settings.workspace, directory + u"/git.bundle"_s, depth)
        .then(this, [this](const Result<GitSnapshot> &taken) -> Result<> {
            if (!taken)
                return std::unexpected(taken.error());
            m_git = *taken;
            if (!m_git.notice.isEmpty())
                m_board.addNotice(m_git.notice);
            return {};
        });
}

void Warden::startTerminals()
{
    m_terminals = std::make_unique<Terminals>(*m_control, m_setup.settings, m_setup.agent);
    connect(m_terminals.get(), &Terminals::agentChanged, this, [this] {
        const auto &agent = m_terminals->agent();
        m_board.update([&](WardenStatus &status) {
            status.agent = agent.state;
            status.agentExitCode = agent.exitCode;
            status.agentText = agent.text;
        });
    });
}

void Warden::startNetwork()
{
    m_network = std::make_unique<Network>(
        NetworkSetup{
            .paths = m_setup.paths,
            .settings = m_setup.settings,
            .agent = m_setup.agent,
            .config = m_setup.config,
            .authority = m_authority,
            .gatewayProgram = m_setup.programs.gateway,
            .connectEgress = port(u"egress"_s),
        },
        m_secrets);
    connect(m_network.get(), &Network::recorded, this, [this](const QJsonObject &record) {
        m_api.notify(u"connections"_s, record);
        if (record.value("verdict"_L1).toString() != "allow"_L1)
            m_board.update([](WardenStatus &status) { ++status.blocked; });
    });
    connect(m_network.get(), &Network::ready, this, [this](const QString &confinement) {
        m_board.update([&](WardenStatus &status) {
            status.confinement.gateway = confinement;
            status.notices.removeIf(
                [](const QString &n) { return n.startsWith(u"The sandbox is offline"_s); });
        });
    });
    connect(m_network.get(), &Network::down, this, [this](const QString &reason) {
        m_board.addNotice(gatewayNotice(reason));
    });
    connect(m_network.get(), &Network::policyRefused, this, [this](const QString &faults) {
        const auto head = u"The policy is not used, the last good one stays: "_s;
        m_board.update([&](WardenStatus &status) {
            status.notices.removeIf([&](const QString &n) { return n.startsWith(head); });
            if (!faults.isEmpty())
                status.notices << head + faults;
        });
    });
    m_network->start();
}

void Warden::becomeReady()
{
    m_stateFiles.markSeeded();
    if (!m_git.bundle.isEmpty())
        QFile::remove(m_git.bundle);
    m_board.update([](WardenStatus &status) {
        status.stage = LaunchStage::Ready;
        status.progress = {};
    });
    m_board.enter(SandboxState::Running);
    m_ready.settle({});
}

void Warden::reconnect(const QString &reason)
{
    if (m_stopping || !m_machine || m_machine->exit())
        return;
    qInfo("control port: %s", qPrintable(reason));
    steps(this, m_control->open(reconnectPatience))
        .then([this] { return configureGuest(); })
        .finally([this](const Result<> &again) {
            if (!again && !m_stopping)
                fail(again.error());
        });
}

void Warden::guestEvent(const QJsonObject &event)
{
    const auto name = event.value("event"_L1).toString();
    if (name == "docker"_L1) {
        const auto state = cleanedText(event.value("state"_L1).toString().toUtf8(), 300);
        m_board.update([&](WardenStatus &status) { status.docker = state; });
        if (state.startsWith(u"failed"_s))
            m_board.addNotice(u"Docker in the sandbox: %1"_s.arg(state));
    } else if (name == "console"_L1) {
        qInfo(
            "guest: %s", qPrintable(cleanedText(event.value("text"_L1).toString().toUtf8(), 500)));
    }
}

} // namespace core
