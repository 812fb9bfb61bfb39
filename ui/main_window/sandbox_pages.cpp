#include "ui/main_window/sandbox_pages.h"

#include "ui/files/files_page.h"
#include "ui/log/log_page.h"
#include "ui/network/network_page.h"
#include "ui/review/review_page.h"
#include "ui/settings/settings_page.h"
#include "ui/snapshots/snapshots_page.h"

using namespace Qt::StringLiterals;

namespace ui {

SandboxPages::SandboxPages(Services services,
    SandboxActions &actions,
    const core::SandboxStatus &status,
    const core::Agent &agent,
    QWidget *terminal,
    QWidget *parent)
    : QTabWidget(parent)
    , m_agentName(agent.name)
    , m_network(new NetworkPage(services.sandboxes.paths(), status.settings, agent, this))
    , m_files(status.settings.origin ? nullptr : new FilesPage(this))
    , m_review(status.settings.origin ? new ReviewPage(status.settings, this) : nullptr)
    , m_snapshots(new SnapshotsPage(services, actions, status, this))
    , m_log(new LogPage(this))
    , m_settings(new SettingsPage(this))
{
    setObjectName(u"pages"_s);
    setAccessibleName(tr("Pages of the sandbox"));
    setDocumentMode(true);
    addTab(terminal, tr("Terminal"));
    addTab(m_network, tr("Network"));
    addTab(m_review ? static_cast<QWidget *>(m_review) : m_files, tr("Files"));
    addTab(m_snapshots, tr("Snapshots"));
    addTab(m_log, tr("Log"));
    addTab(m_settings, tr("Settings"));
    connect(m_network, &NetworkPage::failed, this, &SandboxPages::failed);
    if (m_files)
        connect(m_files, &FilesPage::failed, this, &SandboxPages::failed);
    if (m_review)
        connect(m_review, &ReviewPage::failed, this, &SandboxPages::failed);
    connect(m_snapshots, &SnapshotsPage::failed, this, &SandboxPages::failed);
}

void SandboxPages::attach(core::WardenClient *client)
{
    m_network->attach(client);
    if (m_files)
        m_files->attach(client);
    if (m_review)
        m_review->attach(client);
    m_log->attach(client);
}

void SandboxPages::release()
{
    m_network->release();
    if (m_files)
        m_files->release();
    if (m_review)
        m_review->release();
    m_log->release();
}

void SandboxPages::show(const core::SandboxStatus &status)
{
    updateTexts(status);
    if (m_files)
        m_files->show(status);
    if (m_review)
        m_review->show(status);
    m_snapshots->show(status);
    m_settings->show(status, m_agentName);
    if (const auto console = status.raw.value("consoleTail"_L1); console.isString())
        m_log->showText(console.toString());
}

void SandboxPages::updateTexts(const core::SandboxStatus &status)
{
    const auto counted = [](const QString &text, qint64 count) {
        return count > 0 ? u"%1 (%2)"_s.arg(text).arg(count) : text;
    };
    const core::SyncStatus &sync = status.sync;
    setTabText(int(Page::Network), counted(tr("Network"), status.blocked));
    setTabText(int(Page::Files),
        counted(tr("Files"), sync.conflicts + (sync.question ? 1 : 0) + sync.problems.size()));
}

void SandboxPages::showPage(Page page)
{
    setCurrentIndex(int(page));
}

} // namespace ui
