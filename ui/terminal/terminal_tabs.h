#pragma once

#include "core/client/warden_client.h"
#include "ui/terminal/terminal_pane.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace ui {

enum class StartAgent { No, Yes };

/// The terminals of one sandbox: its agent and any number of shells, taken up again with their
/// scrollback.
class TerminalTabs : public QWidget
{
    Q_OBJECT

public:
    TerminalTabs(QString workspace, QString agentName, QWidget *parent = nullptr);

    /// The sandbox runs: shows the terminals it has; without an agent among them, starts it if
    /// asked to.
    void attach(core::WardenClient *client, StartAgent start);
    /// The sandbox no longer runs: what the terminals last showed stays readable.
    void release();

    void openShell();
    void startAgent();
    void closeCurrent();
    void step(int by);
    [[nodiscard]] TerminalView *currentView() const;

private:
    void buildIdle();
    void buildTabs();
    void takeList(const core::Result<QJsonObject> &answer, StartAgent start);
    TerminalPane *addPane(TerminalKind kind);
    void open(TerminalPane *pane, const QString &terminal);
    [[nodiscard]] TerminalPane *agentPane() const;
    void close(int index);
    void showTabs();

    QString m_workspace;
    QString m_agentName;
    QPointer<core::WardenClient> m_client;
    QStackedWidget *m_stack;
    QWidget *m_idle;
    QPushButton *m_startAgent = nullptr;
    QPushButton *m_openShell = nullptr;
    QTabWidget *m_tabs;
};

} // namespace ui
