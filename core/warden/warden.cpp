#include "core/warden/warden.h"

#include "core/warden/authority_files.h"
#include "core/warden/snapshots.h"
#include "core/warden/suspend_image.h"
#include "core/warden/terminal_filter.h"
#include "core/warden/warden_methods.h"

#include <QFile>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto emulatedBootPatience =
    180s; // measured 5 s on an idle machine; a busy one may be far slower
constexpr auto acceleratedBootPatience = 45s;
constexpr auto templateDelay = 60s;   // the agent that the user waits for starts first
constexpr auto shortSleep = 30s;      // the other ends of connections are still there
constexpr auto forkPatience = 30s;    // measured 0.2 s on an idle machine
constexpr auto resumePatience = 120s; // giving it up loses what it had in memory

/// Read each time, since a user may change it while sandboxes run.
std::chrono::milliseconds idleLimit(const QString &configFile)
{
    const auto config = loadConfig(configFile);
    return std::chrono::minutes(config ? config->idleMinutes : 0);
}

QString gatewayNotice(const QString &reason)
{
    return u"The sandbox is offline: its gateway ended (%1) and is started again."_s.arg(reason);
}

std::chrono::milliseconds guestPatience(const Launch &launch)
{
    switch (launch.way()) {
    case LaunchWay::Fork:
        return forkPatience;
    case LaunchWay::Resume:
        return resumePatience;
    case LaunchWay::Boot:
        break;
    }
    const bool emulated = launch.groundwork().acceleration.acceleration == vmm::Acceleration::Tcg;
    return emulated ? emulatedBootPatience : acceleratedBootPatience;
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
    m_guestStart = std::make_unique<GuestStart>(GuestStart::Setup{.paths = m_setup.paths,
                                                    .settings = m_setup.settings,
                                                    .agent = m_setup.agent,
                                                    .config = m_setup.config,
                                                    .caCertificate = m_authority.certificate},
        m_stateFiles);
    connect(m_guestStart.get(), &GuestStart::reseeded, this, &Warden::startCompanions);
    m_guestStart->prepare();
    launch(LaunchRequest::Templates::Use);
}

void Warden::launch(LaunchRequest::Templates templates)
{
    m_launch = std::make_unique<Launch>(LaunchRequest{
        .paths = m_setup.paths,
        .settings = m_setup.settings,
        .config = m_setup.config,
        .imageDirectory = m_setup.programs.imageDirectory,
        .guestPart = m_setup.programs.guestPart,
        .templates = templates,
    });
    connect(m_launch.get(), &Launch::noticed, this, [this](const QString &notice) {
        m_unclean = true; // what it had in memory is lost
        m_board.addNotice(notice);
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
    const auto verdict = m_launch->groundwork().acceleration;
    const auto confinement = m_launch->groundwork().host.confinement();
    m_board.update([&](WardenStatus &status) {
        status.way = m_launch->way();
        status.acceleration = toString(verdict.acceleration);
        status.accelerationReason = verdict.detail;
        status.confinement.qemu = confinement;
        status.stage = machine ? LaunchStage::Guest : status.stage;
        status.progress.text = machine ? u"Waiting for the system in the sandbox"_s : QString();
    });
    if (!machine)
        return fail(machine.error());
    if (m_launch->way() == LaunchWay::Resume)
        m_unclean = false; // nothing has run since all was in step
    m_machine = *machine;
    connect(m_machine.get(), &vmm::Machine::stateChanged, this, [this](vmm::Machine::State state) {
        if (state == vmm::Machine::State::Exited)
            machineEnded();
    });
    m_disks = std::make_unique<Disks>(m_setup, m_board, *m_machine);
    m_control = std::make_unique<GuestControl>(port(u"control"_s));
    connect(m_control.get(), &GuestControl::event, this, &Warden::guestEvent);
    connect(m_control.get(), &GuestControl::lost, this, &Warden::reconnect);
    m_guestStart->run(*m_control, m_launch->way(), guestPatience(*m_launch))
        .then(this, [this](const Result<> &configured) { guestReady(configured); });
}

void Warden::guestReady(const Result<> &ready)
{
    if (m_stopping || !m_control)
        return;
    if (const auto why = m_disks->standsStill(); why && !ready)
        return fail(*why);
    const bool silent = !ready && (ready.error().kind == Error::Kind::GuestSilent ||
                                      ready.error().kind == Error::Kind::TimedOut);
    if (silent && m_launch->way() != LaunchWay::Boot)
        return bootInstead(ready.error());
    if (!ready)
        return failUnlessItEnds(ready.error());
    if (const auto &notice = m_guestStart->git().notice; !notice.isEmpty())
        m_board.addNotice(notice);
    startTerminals();
    startFiles();
}

/// A machine that cannot be woken is no reason to fail.
void Warden::bootInstead(const Error &reason)
{
    qWarning("the machine did not wake up, the machine boots: %s", qPrintable(reason.detail));
    m_control.reset();
    m_files.reset();
    m_network.reset();
    m_machine->disconnect(this);
    auto machine = std::exchange(m_machine, nullptr);
    machine->quit().then(this, [this, machine](const vmm::Result<vmm::MachineExit> &) {
        if (m_stopping)
            return ended();
        m_launch->giveUpWay();
        m_setup.settings = m_launch->settings();
        launch(LaunchRequest::Templates::Avoid);
    });
}

void Warden::startTerminals()
{
    m_terminals = std::make_unique<Terminals>(*m_control, m_setup.settings, m_setup.agent);
    const SuspendImage suspended(m_setup.paths.sandbox(m_setup.settings.id.value));
    connect(m_terminals.get(), &Terminals::agentChanged, this, [this] {
        const auto &agent = m_terminals->agent();
        m_board.update([&](WardenStatus &status) {
            status.agent = agent.state;
            status.agentExitCode = agent.exitCode;
            status.agentText = agent.text;
        });
    });
    if (m_launch->way() == LaunchWay::Resume)
        m_terminals->restore(suspended.terminals());
    suspended.discard();
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
    if (const auto &bundle = m_guestStart->git().bundle; !bundle.isEmpty())
        QFile::remove(bundle);
    m_board.update([](WardenStatus &status) {
        status.stage = LaunchStage::Ready;
        status.progress = {};
    });
    m_board.enter(SandboxState::Running);
    m_disks->care(*m_control);
    limitMachine();
    m_ready.settle({});
    startSnapshots();
    takeCare();
    warmTemplate();
}

/// A new sandbox that had to boot has shown that there is no template for its like.
void Warden::warmTemplate()
{
    if (!m_launch->wantsTemplate() || !m_setup.config.warmTemplates)
        return;
    const auto &settings = m_setup.settings;
    const auto key = templateIdentity(
        m_launch->groundwork(), settings.cpus, settings.memoryMiB, settings.diskGiB)
                         .key();
    m_templateWarm = std::make_unique<TemplateWarm>(m_setup.paths, settings, key);
    connect(m_templateWarm.get(),
        &TemplateWarm::progressed,
        this,
        [this](const std::optional<TemplateProgress> &progress) {
            m_board.update([&](WardenStatus &status) { status.templateProgress = progress; });
        });
    m_templateWarm->startAfter(templateDelay);
}

void Warden::reconnect(const QString &reason)
{
    if (m_stopping || !m_machine || m_machine->exit())
        return;
    qInfo("control port: %s", qPrintable(reason));
    m_guestStart->repeat(*m_control).then(this, [this](const Result<> &again) {
        if (again || m_stopping)
            return;
        const auto &error = again.error();
        const bool silent =
            error.kind == Error::Kind::GuestSilent || error.kind == Error::Kind::TimedOut;
        if (!silent || !m_caretaker)
            return failUnlessItEnds(error);
        // What runs in it may go on; the caretaker tells that nothing is heard of it.
        QTimer::singleShot(0, this, [this, error] { reconnect(error.detail); });
    });
}

void Warden::takeCare()
{
    if (m_caretaker)
        return;
    m_caretaker = std::make_unique<Caretaker>(Caretaker::Parts{
        .control = *m_control,
        .machine = *m_machine,
        .board = m_board,
        .isBusy = [this] { return m_stopping || isSaving(); },
        .isWatched = [this] { return m_terminals->isWatched(); },
        .idleLimit = [this] { return idleLimit(m_setup.paths.configFile()); },
    });
    auto *caretaker = m_caretaker.get();
    connect(m_terminals.get(), &Terminals::active, caretaker, &Caretaker::noteActivity);
    connect(m_network.get(), &Network::recorded, caretaker, &Caretaker::noteActivity);
    connect(caretaker, &Caretaker::idled, this, [this] {
        qInfo("idle: it is suspended");
        suspend();
    });
    connect(m_caretaker.get(), &Caretaker::slept, this, [this](std::chrono::milliseconds howLong) {
        if (howLong > shortSleep)
            m_network->renew();
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
    }
}

} // namespace core
