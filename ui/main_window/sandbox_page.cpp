#include "ui/main_window/sandbox_page.h"

#include "ui/launch/image_build.h"
#include "ui/launch/progress_page.h"
#include "ui/launch/template_line.h"
#include "ui/main_window/sandbox_header.h"
#include "ui/main_window/stopped_page.h"
#include "ui/style/theme.h"
#include "ui/terminal/terminal_tabs.h"
#include "ui/text/describe.h"

#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

using core::SandboxState;

bool isStarting(SandboxState state)
{
    return state == SandboxState::Preparing || state == SandboxState::Booting ||
           state == SandboxState::Syncing;
}

/// Whether the warden can be talked to.
bool isServed(SandboxState state)
{
    return isStarting(state) || state == SandboxState::Running || state == SandboxState::Paused ||
           state == SandboxState::Stopping;
}

} // namespace

SandboxPage::SandboxPage(Services services,
    SandboxActions &actions,
    ImageBuild &build,
    const core::SandboxStatus &status,
    QWidget *parent)
    : QWidget(parent)
    , m_services(services)
    , m_actions(actions)
    , m_build(build)
    , m_status(status)
    , m_agent(agentOf(services, status.settings))
    , m_header(new SandboxHeader(m_agent.name, this))
    , m_banner(new Banner(this))
    , m_main(new QStackedWidget(this))
    , m_stopped(new StoppedPage(m_main))
    , m_progress(new ProgressPage(m_main))
    , m_terminals(new TerminalTabs(status.settings.workspace, m_agent.name, m_main))
    , m_pages(new SandboxPages(services, actions, status, m_agent, m_main, this))
    , m_template(new TemplateLine(this))
{
    setObjectName(u"sandboxPage"_s);
    m_main->setObjectName(u"mainStack"_s);
    m_main->addWidget(m_stopped);
    m_main->addWidget(m_progress);
    m_main->addWidget(m_terminals);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_banner);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_template);
    connectParts();
    show(status);
}

void SandboxPage::connectParts()
{
    const auto onThis = [this](void (SandboxActions::*verb)(const core::SandboxId &)) {
        return [this, verb] { (m_actions.*verb)(m_status.settings.id); };
    };
    connect(m_header, &SandboxHeader::startAsked, this, onThis(&SandboxActions::start));
    connect(m_header, &SandboxHeader::suspendAsked, this, onThis(&SandboxActions::suspend));
    connect(m_header, &SandboxHeader::stopAsked, this, [this] {
        m_status.state == SandboxState::NotAnswering ? m_actions.forceStop(m_status.settings.id)
                                                     : m_actions.stop(m_status.settings.id);
    });
    connect(m_progress, &ProgressPage::cancelAsked, this, [this] {
        if (m_buildingHere && m_build.isRunning())
            m_build.cancel();
        else if (m_status.state == SandboxState::Stopping)
            m_actions.forceStop(m_status.settings.id);
        else
            m_actions.stop(m_status.settings.id);
    });
    connect(m_stopped, &StoppedPage::startAsked, this, onThis(&SandboxActions::start));
    connect(m_stopped, &StoppedPage::restartAsked, this, onThis(&SandboxActions::restart));
    connect(m_pages, &SandboxPages::failed, this, &SandboxPage::showError);
    connect(&m_build, &ImageBuild::progressed, this, &SandboxPage::showBuild);
    connect(&m_build, &ImageBuild::finished, this, [this](const QString &reason) {
        if (!std::exchange(m_buildingHere, false))
            return;
        showMain();
        if (reason.isEmpty())
            m_actions.start(m_status.settings.id);
        else
            m_banner->show(Tone::Problem,
                tr("The guest image was not built"),
                reason,
                {{tr("Try again"), [this] { buildImage(); }}});
    });
}

void SandboxPage::show(const core::SandboxStatus &status)
{
    const SandboxState before = m_status.state;
    const bool first = !std::exchange(m_shown, true);
    m_status = status;
    if (isServed(status.state))
        attach();
    else
        release();
    m_header->show(status);
    m_pages->show(status);
    m_template->show(status.templateProgress);
    showMain();
    if (status.state == SandboxState::Failed && (first || before != SandboxState::Failed))
        showFailure();
    else if (before == SandboxState::Failed && status.state != SandboxState::Failed)
        m_banner->dismiss();
    if (status.state == SandboxState::Running && (first || before != SandboxState::Running) &&
        m_client)
        m_terminals->attach(m_client,
            m_actions.takeAgentWanted(status.settings.id) ? StartAgent::Yes : StartAgent::No);
}

void SandboxPage::attach()
{
    core::WardenClient *client = m_services.sandboxes.warden(m_status.settings.id);
    if (client == m_client)
        return;
    m_client = client;
    m_pages->attach(client);
}

void SandboxPage::release()
{
    if (!m_client)
        return;
    m_client = nullptr;
    m_terminals->release();
    m_pages->release();
}

void SandboxPage::showMain()
{
    if (m_buildingHere) {
        m_main->setCurrentWidget(m_progress);
        return;
    }
    switch (m_status.state) {
    case SandboxState::Preparing:
    case SandboxState::Booting:
    case SandboxState::Syncing:
    case SandboxState::Stopping:
        m_progress->show(m_status);
        m_main->setCurrentWidget(m_progress);
        return;
    case SandboxState::Running:
        m_main->setCurrentWidget(m_terminals);
        return;
    case SandboxState::Paused:
    case SandboxState::Suspended:
    case SandboxState::Stopped:
    case SandboxState::Failed:
    case SandboxState::NotAnswering:
        m_stopped->show(m_status);
        m_main->setCurrentWidget(m_stopped);
        return;
    }
}

void SandboxPage::showBuild()
{
    if (!m_buildingHere)
        return;
    m_progress->show(m_build);
    showMain();
}

void SandboxPage::showFailure()
{
    const core::Error failure = failureOf(m_status);
    m_banner->show(failure, waysOn(failure.kind));
}

void SandboxPage::showError(const core::Error &error)
{
    m_header->show(m_status); // what was asked for may be asked again
    m_banner->show(error, waysOn(error.kind));
}

void SandboxPage::showKeysMissing(const core::Error &error)
{
    const ErrorText text = describe(error);
    m_banner->show(Tone::Attention,
        tr("Started without keys: %1").arg(text.title),
        text.nextStep,
        {{tr("Keys…"), [this] { emit keysAsked(); }}});
}

QList<BannerAction> SandboxPage::waysOn(core::Error::Kind kind)
{
    using Kind = core::Error::Kind;
    const core::SandboxId id = m_status.settings.id;
    switch (kind) {
    case Kind::ImageMissing:
    case Kind::ImageDamaged:
    case Kind::AgentMissing:
        return {{tr("Build image"), [this] { buildImage(); }}};
    case Kind::EmulationNotAccepted:
        return {{tr("Use software emulation"), [this, id] { m_actions.acceptEmulation(id); }}};
    case Kind::KeychainUnavailable:
    case Kind::CredentialMissing:
        return {{tr("Keys…"), [this] { emit keysAsked(); }}};
    case Kind::GuestSilent:
    case Kind::MachineFailed:
    case Kind::DockerFailed:
        return {{tr("Show log"), [this] { showPage(Page::Log); }},
            {tr("Start again"), [this, id] { m_actions.start(id); }}};
    case Kind::NotAnswering:
        return {{tr("Restart"), [this, id] { m_actions.restart(id); }},
            {tr("Force stop"), [this, id] { m_actions.forceStop(id); }}};
    case Kind::PolicyInvalid:
        return {{tr("Show rules"), [this] { showPage(Page::Network); }}};
    case Kind::SyncHalted:
        return {{tr("Show files"), [this] { showPage(Page::Files); }}};
    default:
        break;
    }
    if (m_status.state == SandboxState::Failed)
        return {{tr("Start again"), [this, id] { m_actions.start(id); }}};
    return {};
}

void SandboxPage::buildImage()
{
    m_buildingHere = true;
    m_build.start();
    showBuild();
}

void SandboxPage::focusContent()
{
    QWidget *content = m_pages->currentWidget();
    if (content == m_main)
        content = m_main->currentWidget();
    if (content == m_terminals && m_terminals->currentView())
        content = m_terminals->currentView();
    else if (content != m_stopped)
        content = m_pages;
    content->setFocus(Qt::ShortcutFocusReason);
}

void SandboxPage::showPage(Page page)
{
    m_pages->showPage(page);
}

} // namespace ui
