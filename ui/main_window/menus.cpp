#include "ui/main_window/fork_question.h"
#include "ui/main_window/main_window.h"
#include "ui/preferences/preferences_dialog.h"
#include "ui/terminal/terminal_tabs.h"

#include <QApplication>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

using namespace Qt::StringLiterals;

namespace ui {

QAction *MainWindow::action(
    QMenu *menu, const QString &name, const QString &text, const QKeySequence &key)
{
    QAction *made = menu->addAction(text);
    made->setObjectName(name);
    made->setShortcut(key);
    return made;
}

void MainWindow::buildMenus()
{
    buildSandboxMenu();
    buildViewMenu();
    buildTerminalMenu();
    buildHelpMenu();
    updateActions();
}

void MainWindow::buildSandboxMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Sandbox"));
    menu->setObjectName(u"sandboxMenu"_s);
    QAction *fresh = action(menu, u"actionNew"_s, tr("&New sandbox…"), {});
    fresh->setShortcuts({QKeySequence(u"Ctrl+N"_s), QKeySequence(u"Ctrl+Shift+N"_s)});
    connect(fresh, &QAction::triggered, this, [this] { newSandbox(); });
    menu->addSeparator();
    addVerbs(menu);
    menu->addSeparator();
    QAction *keys = action(menu, u"actionKeys"_s, tr("&Keys…"), {});
    connect(keys, &QAction::triggered, this, [this] { askKeys(); });
    QAction *settings =
        action(menu, u"actionPreferences"_s, tr("S&ettings…"), QKeySequence(u"Ctrl+,"_s));
    connect(settings, &QAction::triggered, this, [this] {
        auto *dialog = new PreferencesDialog(m_services.sandboxes.paths().configFile(), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    menu->addSeparator();
    QAction *quit = action(menu, u"actionQuit"_s, tr("&Quit"), QKeySequence(u"Ctrl+Q"_s));
    connect(quit, &QAction::triggered, this, &MainWindow::quitAsked);
}

void MainWindow::addVerbs(QMenu *menu)
{
    m_startAction = action(menu, u"actionStart"_s, tr("&Start"), QKeySequence(u"Ctrl+Shift+S"_s));
    connect(m_startAction, &QAction::triggered, this, [this] { m_actions.start(currentId()); });
    m_stopAction = action(menu, u"actionStop"_s, tr("S&top"), QKeySequence(u"Ctrl+."_s));
    connect(m_stopAction, &QAction::triggered, this, [this] { m_actions.stop(currentId()); });
    m_suspendAction = action(menu, u"actionSuspend"_s, tr("S&uspend"), {});
    connect(m_suspendAction, &QAction::triggered, this, [this] { m_actions.suspend(currentId()); });
    m_forkAction = action(menu, u"actionFork"_s, tr("&Fork…"), {});
    m_forkAction->setToolTip(
        tr("Makes copies that go on from this moment, each on its own copy of the folder"));
    connect(m_forkAction, &QAction::triggered, this, [this] {
        askForks(this, [this, id = currentId()](int count) { m_actions.fork(id, count); });
    });
    m_deleteAction = action(menu, u"actionDelete"_s, tr("&Delete…"), {});
    connect(m_deleteAction, &QAction::triggered, this, [this] { confirmDelete(currentId()); });
}

void MainWindow::buildViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    menu->setObjectName(u"viewMenu"_s);
    using Page = SandboxPage::Page;
    const std::initializer_list<std::tuple<Page, QString, QString>> pages{
        {Page::Terminal, u"actionShowTerminal"_s, tr("&Terminal")},
        {Page::Network, u"actionShowNetwork"_s, tr("&Network")},
        {Page::Files, u"actionShowFiles"_s, tr("&Files")},
        {Page::Snapshots, u"actionShowSnapshots"_s, tr("Snaps&hots")},
        {Page::Log, u"actionShowLog"_s, tr("&Log")},
        {Page::Settings, u"actionShowSettings"_s, tr("&Settings")}};
    for (const auto &[page, name, text] : pages) {
        QAction *show = action(menu, name, text, QKeySequence(u"Alt+%1"_s.arg(int(page) + 1)));
        connect(show, &QAction::triggered, this, [this, page] {
            if (SandboxPage *current = currentPage())
                current->showPage(page);
        });
        m_sandboxActions.append(show);
    }
    menu->addSeparator();
    QAction *needy =
        action(menu, u"actionNeedy"_s, tr("Next that needs &you"), QKeySequence(u"Ctrl+Shift+A"_s));
    connect(needy, &QAction::triggered, this, &MainWindow::nextNeedy);
    QAction *next = action(menu, u"actionNext"_s, tr("Ne&xt sandbox"), QKeySequence(u"Ctrl+Tab"_s));
    connect(next, &QAction::triggered, this, [this] { step(1); });
    QAction *previous = action(
        menu, u"actionPrevious"_s, tr("&Previous sandbox"), QKeySequence(u"Ctrl+Shift+Tab"_s));
    connect(previous, &QAction::triggered, this, [this] { step(-1); });
    m_sandboxActions << needy << next << previous;
    menu->addSeparator();
    QAction *pane = action(menu, u"actionNextPane"_s, tr("Next p&ane"), {});
    pane->setShortcuts({QKeySequence(u"Ctrl+F6"_s), QKeySequence(u"Ctrl+Shift+F6"_s)});
    connect(pane, &QAction::triggered, this, [this] {
        if (m_list->hasFocus() && currentPage())
            currentPage()->focusContent();
        else
            m_list->setFocus(Qt::ShortcutFocusReason);
    });
    QAction *full = action(menu, u"actionFullScreen"_s, tr("F&ull screen"), QKeySequence(u"F11"_s));
    connect(full, &QAction::triggered, this, [this] {
        setWindowState(windowState() ^ Qt::WindowFullScreen);
    });
}

void MainWindow::buildTerminalMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Terminal"));
    menu->setObjectName(u"terminalMenu"_s);
    const auto add = [this, menu](
                         const QString &name, const QString &text, const QString &key, auto run) {
        QAction *made = action(menu, name, text, QKeySequence(key));
        connect(made, &QAction::triggered, this, [this, run] {
            if (SandboxPage *page = currentPage())
                run(page->terminals());
        });
        m_terminalActions.append(made);
    };
    const auto onView = [](auto run) {
        return [run](TerminalTabs *tabs) {
            if (TerminalView *view = tabs->currentView())
                run(view);
        };
    };
    add(u"actionShell"_s, tr("New &shell"), u"Ctrl+Shift+T"_s, [](TerminalTabs *tabs) {
        tabs->openShell();
    });
    add(u"actionAgent"_s, tr("Start the &agent"), {}, [](TerminalTabs *tabs) {
        tabs->startAgent();
    });
    add(u"actionCloseTab"_s, tr("Close &tab"), u"Ctrl+Shift+W"_s, [](TerminalTabs *tabs) {
        tabs->closeCurrent();
    });
    add(u"actionNextTab"_s, tr("&Next tab"), u"Ctrl+PgDown"_s, [](TerminalTabs *tabs) {
        tabs->step(1);
    });
    add(u"actionPreviousTab"_s, tr("&Previous tab"), u"Ctrl+PgUp"_s, [](TerminalTabs *tabs) {
        tabs->step(-1);
    });
    menu->addSeparator();
    add(u"actionCopy"_s, tr("&Copy"), u"Ctrl+Shift+C"_s, onView([](TerminalView *view) {
        view->copy();
    }));
    add(u"actionPaste"_s, tr("&Paste"), u"Ctrl+Shift+V"_s, onView([](TerminalView *view) {
        view->paste();
    }));
    add(u"actionFind"_s, tr("&Find…"), u"Ctrl+Shift+F"_s, onView([](TerminalView *view) {
        view->find();
    }));
    add(u"actionAsText"_s, tr("&Output as text…"), {}, onView([](TerminalView *view) {
        view->showAsText();
    }));
    add(u"actionClear"_s,
        tr("C&lear scrollback"),
        u"Ctrl+Shift+K"_s,
        onView([](TerminalView *view) { view->clearScrollback(); }));
    menu->addSeparator();
    add(u"actionBigger"_s, tr("&Bigger text"), u"Ctrl++"_s, onView([](TerminalView *view) {
        view->zoom(1);
    }));
    add(u"actionSmaller"_s, tr("S&maller text"), u"Ctrl+-"_s, onView([](TerminalView *view) {
        view->zoom(-1);
    }));
    add(u"actionUsualSize"_s, tr("&Usual text size"), u"Ctrl+0"_s, onView([](TerminalView *view) {
        view->zoom(0);
    }));
}

void MainWindow::buildHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    menu->setObjectName(u"helpMenu"_s);
    connect(action(menu, u"actionAbout"_s, tr("&About Paddock"), {}),
        &QAction::triggered,
        this,
        &MainWindow::about);
}

void MainWindow::about()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon,
        tr("About Paddock"),
        tr("Paddock %1").arg(QApplication::applicationVersion()),
        QMessageBox::Close,
        this);
    box->setObjectName(u"aboutBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(themedIcon(u"paddock"_s, palette()).pixmap(64, 64));
    box->setInformativeText(tr(
        "AI coding agents in virtual machines on your own computer.\nLicence: GPL-3.0-or-later."));
    box->open();
}

void MainWindow::updateActions()
{
    if (!m_startAction)
        return;
    const core::SandboxStatus *status = m_model.at(m_list->currentIndex());
    const bool off = status && core::isOff(status->state);
    m_startAction->setEnabled(off);
    m_startAction->setText(
        status && status->state == core::SandboxState::Suspended ? tr("Re&sume") : tr("&Start"));
    m_suspendAction->setEnabled(status && status->state == core::SandboxState::Running);
    m_forkAction->setEnabled(status && status->state == core::SandboxState::Running);
    m_stopAction->setEnabled(status && !off && status->state != core::SandboxState::Stopping);
    m_deleteAction->setEnabled(status);
    for (QAction *entry : std::as_const(m_sandboxActions))
        entry->setEnabled(status);
    for (QAction *entry : std::as_const(m_terminalActions))
        entry->setEnabled(status && status->state == core::SandboxState::Running);
}

void MainWindow::step(int by)
{
    const int count = m_model.rowCount();
    if (count > 0)
        m_list->setCurrentIndex(m_model.index((m_list->currentIndex().row() + by + count) % count));
}

void MainWindow::nextNeedy()
{
    constexpr int lastNeedy = 2; // needs you, a problem, finished and unread
    const int count = m_model.rowCount();
    for (int offset = 1; offset <= count; ++offset) {
        const QModelIndex index = m_model.index((m_list->currentIndex().row() + offset) % count);
        if (need(*m_model.at(index)) <= lastNeedy) {
            m_list->setCurrentIndex(index);
            return;
        }
    }
}

void MainWindow::showMenu(const QPoint &position)
{
    const QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        return;
    m_list->setCurrentIndex(index);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({m_startAction, m_suspendAction, m_stopAction, m_forkAction});
    menu->addSeparator();
    menu->addAction(m_deleteAction);
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

} // namespace ui
