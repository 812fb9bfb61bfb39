#include "ui/terminal/terminal_tabs.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

TerminalTabs::TerminalTabs(QString workspace, QString agentName, QWidget *parent)
    : QWidget(parent)
    , m_workspace(std::move(workspace))
    , m_agentName(std::move(agentName))
    , m_stack(new QStackedWidget(this))
    , m_idle(new QWidget(m_stack))
    , m_tabs(new QTabWidget(m_stack))
{
    setObjectName(u"terminalTabs"_s);
    buildIdle();
    buildTabs();
    m_stack->addWidget(m_idle);
    m_stack->addWidget(m_tabs);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

void TerminalTabs::buildIdle()
{
    m_idle->setObjectName(u"terminalIdle"_s);
    auto *text = new QLabel(tr("No terminal is open"), m_idle);
    text->setObjectName(u"terminalIdleText"_s);
    makeHeading(text);
    m_startAgent = new QPushButton(tr("Start %1").arg(m_agentName), m_idle);
    m_startAgent->setObjectName(u"startAgent"_s);
    m_openShell = new QPushButton(tr("Open a shell"), m_idle);
    m_openShell->setObjectName(u"openShell"_s);
    connect(m_startAgent, &QPushButton::clicked, this, &TerminalTabs::startAgent);
    connect(m_openShell, &QPushButton::clicked, this, &TerminalTabs::openShell);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_startAgent);
    buttons->addWidget(m_openShell);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(m_idle);
    layout->addStretch();
    layout->addWidget(text, 0, Qt::AlignCenter);
    layout->addSpacing(gap);
    layout->addLayout(buttons);
    layout->addStretch();
}

void TerminalTabs::buildTabs()
{
    m_tabs->setObjectName(u"terminals"_s);
    m_tabs->setAccessibleName(tr("Terminals"));
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    auto *add = new QToolButton(m_tabs);
    add->setObjectName(u"newShell"_s);
    add->setAutoRaise(true);
    add->setIcon(themedIcon(u"plus"_s, palette()));
    add->setToolTip(tr("New shell in this sandbox"));
    add->setAccessibleName(add->toolTip());
    m_tabs->setCornerWidget(add);
    connect(add, &QToolButton::clicked, this, &TerminalTabs::openShell);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &TerminalTabs::close);
}

void TerminalTabs::attach(core::WardenClient *client, StartAgent start)
{
    m_client = client;
    m_startAgent->setEnabled(true);
    m_openShell->setEnabled(true);
    client->call(u"terminal.list"_s)
        .then(this,
            [this, start](const core::Result<QJsonObject> &answer) { takeList(answer, start); });
}

void TerminalTabs::takeList(const core::Result<QJsonObject> &answer, StartAgent start)
{
    if (!answer || !m_client)
        return;
    bool agentRuns = false;
    for (const QJsonValue value : answer->value("terminals"_L1).toArray()) {
        const QJsonObject terminal = value.toObject();
        const bool agent = terminal.value("kind"_L1).toString() == "agent"_L1;
        if (!terminal.value("running"_L1).toBool())
            continue;
        agentRuns = agentRuns || agent;
        const QString id = terminal.value("id"_L1).toString();
        TerminalPane *pane = agent ? agentPane() : nullptr;
        for (int tab = 0; tab < m_tabs->count() && !pane; ++tab) {
            auto *candidate = static_cast<TerminalPane *>(m_tabs->widget(tab));
            pane = candidate->terminal() == id ? candidate : nullptr;
        }
        if (pane && pane->isLive())
            continue;
        open(pane ? pane : addPane(agent ? TerminalKind::Agent : TerminalKind::Shell), id);
    }
    if (start == StartAgent::Yes && !agentRuns)
        startAgent();
}

void TerminalTabs::release()
{
    m_client = nullptr;
    m_startAgent->setEnabled(false);
    m_openShell->setEnabled(false);
}

void TerminalTabs::openShell()
{
    if (m_client)
        open(addPane(TerminalKind::Shell), {});
}

void TerminalTabs::startAgent()
{
    if (!m_client)
        return;
    TerminalPane *pane = agentPane();
    open(pane ? pane : addPane(TerminalKind::Agent), {});
}

TerminalPane *TerminalTabs::addPane(TerminalKind kind)
{
    auto *pane = new TerminalPane(kind, m_workspace, m_tabs);
    const bool agent = kind == TerminalKind::Agent;
    const int index =
        m_tabs->insertTab(agent ? 0 : m_tabs->count(), pane, agent ? m_agentName : tr("Shell"));
    if (agent) {
        m_tabs->tabBar()->setTabButton(index, QTabBar::RightSide, nullptr);
        m_tabs->tabBar()->setTabButton(index, QTabBar::LeftSide, nullptr);
    }
    connect(pane, &TerminalPane::againAsked, this, [this, pane](const QString &terminal) {
        open(pane, terminal);
    });
    m_tabs->setCurrentIndex(index);
    showTabs();
    return pane;
}

void TerminalTabs::open(TerminalPane *pane, const QString &terminal)
{
    if (!m_client) {
        pane->fail(tr("The sandbox does not run."));
        return;
    }
    QJsonObject parameters{
        {u"kind"_s, pane->kind() == TerminalKind::Agent ? u"agent"_s : u"shell"_s},
        {u"columns"_s, pane->view()->columns()},
        {u"rows"_s, pane->view()->rows()}};
    if (!terminal.isEmpty())
        parameters.insert("terminal"_L1, terminal);
    const bool wasFocused = isVisible();
    m_client->open(u"terminal.open"_s, parameters)
        .then(pane,
            [pane, wasFocused](
                const core::Result<std::shared_ptr<core::TerminalSession>> &session) {
                if (!session) {
                    const ErrorText text = describe(session.error());
                    pane->fail(
                        text.detail.isEmpty() ? text.title : text.title + u": "_s + text.detail);
                    return;
                }
                pane->show(*session);
                if (wasFocused)
                    pane->setFocus();
            });
}

TerminalPane *TerminalTabs::agentPane() const
{
    for (int tab = 0; tab < m_tabs->count(); ++tab) {
        auto *pane = static_cast<TerminalPane *>(m_tabs->widget(tab));
        if (pane->kind() == TerminalKind::Agent)
            return pane;
    }
    return nullptr;
}

void TerminalTabs::close(int index)
{
    auto *pane = static_cast<TerminalPane *>(m_tabs->widget(index));
    if (!pane || (pane->kind() == TerminalKind::Agent && pane->isLive()))
        return;
    if (m_client && pane->isLive())
        m_client->call(u"terminal.close"_s, {{u"terminal"_s, pane->terminal()}});
    m_tabs->removeTab(index);
    pane->deleteLater();
    showTabs();
}

void TerminalTabs::closeCurrent()
{
    close(m_tabs->currentIndex());
}

void TerminalTabs::step(int by)
{
    if (m_tabs->count() > 0)
        m_tabs->setCurrentIndex((m_tabs->currentIndex() + by + m_tabs->count()) % m_tabs->count());
}

TerminalView *TerminalTabs::currentView() const
{
    auto *pane = static_cast<TerminalPane *>(m_tabs->currentWidget());
    return pane ? pane->view() : nullptr;
}

void TerminalTabs::showTabs()
{
    m_stack->setCurrentWidget(m_tabs->count() > 0 ? static_cast<QWidget *>(m_tabs) : m_idle);
}

} // namespace ui
