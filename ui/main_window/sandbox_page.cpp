#include "ui/main_window/sandbox_page.h"

#include "ui/dashboard/state_mark.h"
#include "ui/files/files_page.h"
#include "ui/launch/image_build.h"
#include "ui/launch/progress_page.h"
#include "ui/log/log_page.h"
#include "ui/main_window/stopped_page.h"
#include "ui/network/network_page.h"
#include "ui/review/review_page.h"
#include "ui/settings/settings_page.h"
#include "ui/style/theme.h"
#include "ui/terminal/terminal_tabs.h"
#include "ui/text/describe.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
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
    , m_banner(new Banner(this))
    , m_pages(new QTabWidget(this))
    , m_main(new QStackedWidget(this))
    , m_stopped(new StoppedPage(m_main))
    , m_progress(new ProgressPage(m_main))
    , m_terminals(new TerminalTabs(status.settings.workspace, m_agent.name, m_main))
    , m_network(new NetworkPage(services.sandboxes.paths(), status.settings, m_agent, this))
    , m_files(new FilesPage(this))
    , m_review(status.settings.origin ? new ReviewPage(status.settings, this) : nullptr)
    , m_log(new LogPage(this))
    , m_settings(new SettingsPage(this))
{
    setObjectName(u"sandboxPage"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(buildHeader());
    layout->addWidget(m_banner);
    buildPages();
    layout->addWidget(m_pages, 1);
    connect(m_progress, &ProgressPage::cancelAsked, this, [this] {
        if (m_buildingHere && m_build.isRunning())
            m_build.cancel();
        else if (m_status.state == SandboxState::Stopping)
            m_actions.forceStop(m_status.settings.id);
        else
            m_actions.stop(m_status.settings.id);
    });
    connect(m_stopped, &StoppedPage::startAsked, this, [this] {
        m_actions.start(m_status.settings.id);
    });
    connect(m_stopped, &StoppedPage::restartAsked, this, [this] {
        m_actions.restart(m_status.settings.id);
    });
    connect(m_network, &NetworkPage::failed, this, &SandboxPage::showError);
    connect(m_files, &FilesPage::failed, this, &SandboxPage::showError);
    if (m_review)
        connect(m_review, &ReviewPage::failed, this, &SandboxPage::showError);
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
    show(status);
}

QWidget *SandboxPage::buildHeader()
{
    auto *header = new QWidget(this);
    header->setObjectName(u"header"_s);
    m_mark = new StateMark(header);
    m_mark->setObjectName(u"headerMark"_s);
    m_name = new QLabel(header);
    m_name->setObjectName(u"headerName"_s);
    m_name->setTextFormat(Qt::PlainText);
    makeHeading(m_name);
    m_what = new QLabel(header);
    m_what->setObjectName(u"headerState"_s);
    m_what->setTextFormat(Qt::PlainText);
    m_where = new QLabel(header);
    m_where->setObjectName(u"headerFolder"_s);
    m_where->setTextFormat(Qt::PlainText);
    m_where->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    makeQuiet(m_where);
    m_start = new QPushButton(themedIcon(u"start"_s, palette()), tr("Start"), header);
    m_start->setObjectName(u"headerStart"_s);
    m_stop = new QPushButton(themedIcon(u"stop"_s, palette()), tr("Stop"), header);
    m_stop->setObjectName(u"headerStop"_s);
    connect(
        m_start, &QPushButton::clicked, this, [this] { m_actions.start(m_status.settings.id); });
    m_suspend = new QPushButton(themedIcon(u"pause"_s, palette()), tr("Suspend"), header);
    m_suspend->setObjectName(u"headerSuspend"_s);
    m_suspend->setToolTip(tr("Keeps the machine as it is; it goes on there when you resume it"));
    connect(m_suspend, &QPushButton::clicked, this, [this] {
        m_suspend->setEnabled(false);
        m_actions.suspend(m_status.settings.id);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_status.state == SandboxState::NotAnswering ? m_actions.forceStop(m_status.settings.id)
                                                     : m_actions.stop(m_status.settings.id);
    });
    auto *title = new QHBoxLayout;
    title->setSpacing(gapSmall + 2);
    title->addWidget(m_mark);
    title->addWidget(m_name);
    title->addWidget(m_what, 1);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addLayout(title);
    texts->addWidget(m_where);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(gap + 2, gap, gap, gap);
    layout->addLayout(texts, 1);
    layout->addWidget(m_start);
    layout->addWidget(m_suspend);
    layout->addWidget(m_stop);
    return header;
}

void SandboxPage::buildPages()
{
    m_main->setObjectName(u"mainStack"_s);
    m_main->addWidget(m_stopped);
    m_main->addWidget(m_progress);
    m_main->addWidget(m_terminals);
    m_pages->setObjectName(u"pages"_s);
    m_pages->setAccessibleName(tr("Pages of the sandbox"));
    m_pages->setDocumentMode(true);
    m_pages->addTab(m_main, tr("Terminal"));
    m_pages->addTab(m_network, tr("Network"));
    m_files->setVisible(!m_review);
    m_pages->addTab(m_review ? static_cast<QWidget *>(m_review) : m_files, tr("Files"));
    m_pages->addTab(m_log, tr("Log"));
    m_pages->addTab(m_settings, tr("Settings"));
}

void SandboxPage::show(const core::SandboxStatus &status)
{
    const SandboxState before = m_status.state;
    const bool first = m_name->text().isEmpty();
    m_status = status;
    if (isServed(status.state))
        attach();
    else
        release();
    updateHeader();
    updateTabs();
    m_files->show(status);
    if (m_review)
        m_review->show(status);
    m_settings->show(status, m_agent.name);
    showMain();
    if (const auto console = status.raw.value("consoleTail"_L1); console.isString())
        m_log->showText(console.toString());
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
    m_network->attach(client);
    m_files->attach(client);
    if (m_review)
        m_review->attach(client);
    m_log->attach(client);
}

void SandboxPage::release()
{
    if (!m_client)
        return;
    m_client = nullptr;
    m_terminals->release();
    m_network->release();
    m_files->release();
    if (m_review)
        m_review->release();
    m_log->release();
}

void SandboxPage::updateHeader()
{
    const Headline line = headline(m_status);
    m_mark->show(line);
    m_name->setText(
        m_status.settings.name.isEmpty() ? m_status.settings.id.value : m_status.settings.name);
    m_what->setText(line.text);
    QPalette colors = m_what->palette();
    colors.setColor(QPalette::WindowText, toneColor(line.tone, palette()));
    m_what->setPalette(colors);
    m_where->setText(u"%1   ·   %2   ·   %3"_s.arg(
        m_agent.name, shortPath(m_status.settings.workspace), describe(m_status.settings.network)));
    const bool off = core::isOff(m_status.state);
    m_start->setVisible(off);
    m_start->setText(m_status.state == SandboxState::Suspended ? tr("Resume") : tr("Start"));
    m_suspend->setVisible(m_status.state == SandboxState::Running);
    m_suspend->setEnabled(true);
    m_stop->setVisible(!off);
    m_stop->setEnabled(m_status.state != SandboxState::Stopping);
}

void SandboxPage::updateTabs()
{
    const auto counted = [](const QString &text, qint64 count) {
        return count > 0 ? u"%1 (%2)"_s.arg(text).arg(count) : text;
    };
    const core::SyncStatus &sync = m_status.sync;
    m_pages->setTabText(int(Page::Network), counted(tr("Network"), m_status.blocked));
    m_pages->setTabText(int(Page::Files),
        counted(tr("Files"), sync.conflicts + (sync.question ? 1 : 0) + sync.problems.size()));
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
    updateHeader(); // what was asked for may be asked again
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
    m_pages->setCurrentIndex(int(page));
}

} // namespace ui
