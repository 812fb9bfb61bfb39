// Takes pictures of the desktop's windows for the documentation, over a PADDOCK_HOME with scripted
// wardens that screenshots.sh has made. Usage: pictures FOLDER light|dark [all]. Each picture waits
// for what it is to show.
#include "app/desktop/application.h"
#include "core/credentials/memory_store.h"
#include "ui/launch/launch_sheet.h"
#include "ui/style/theme.h"
#include "ui/terminal/terminal_tabs.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QMenuBar>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using ui::SandboxPage;

namespace {

/// Ends the program when what a picture needs does not come.
template <typename Condition>
void require(const char *what, Condition condition)
{
    if (!QTest::qWaitFor(condition, 30'000))
        qFatal("a picture waits in vain: %s", what);
}

/// A terminal draws what it has taken in a moment later.
bool isWrittenOn(QWidget &display)
{
    const QImage image = display.grab().toImage();
    int written = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width() / 2; ++x) // left of the scroll bar
            written += image.pixel(x, y) != image.pixel(0, 0) ? 1 : 0;
    }
    return written > 2000; // more than a cursor
}

class Pictures
{
public:
    Pictures(ui::MainWindow &window, QString folder, QString theme)
        : m_window(window)
        , m_folder(std::move(folder))
        , m_theme(std::move(theme))
    {
    }
    /// Those of the documentation.
    void take();
    /// The others.
    void takeMore();

private:
    void takePages();
    void takeMenus();
    void takeQuestions();
    void takeStates();
    void shot(const QString &name, QWidget *widget)
    {
        require("the window is drawn", [&] { return QTest::qWaitForWindowExposed(widget); });
        const QString file = m_folder + u"/%1-%2.png"_s.arg(name, m_theme);
        if (!widget->grab().save(file))
            qFatal("cannot write %s", qPrintable(file));
    }
    /// The window with what stands over it.
    void shotWith(const QString &name, QWidget *over)
    {
        require("it is drawn", [&] { return QTest::qWaitForWindowExposed(over); });
        QPixmap picture = m_window.grab();
        QPainter painter(&picture);
        const QRect place(
            over->mapToGlobal(QPoint()) - m_window.mapToGlobal(QPoint()), over->size());
        painter.drawPixmap(place.topLeft(), over->grab());
        painter.setPen(ui::lineColor(m_window.palette()));
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
        painter.end();
        if (!picture.save(m_folder + u"/%1-%2.png"_s.arg(name, m_theme)))
            qFatal("cannot write %s", qPrintable(name));
    }
    /// Opens it by its action, and closes it again.
    void shotOf(const QString &name, const QString &action, const QString &dialog)
    {
        m_window.findChild<QAction *>(action)->trigger();
        shotOf(name, dialog);
    }
    void shotOf(const QString &name, const QString &dialog)
    {
        auto *shown = m_window.findChild<QDialog *>(dialog);
        if (!shown)
            qFatal("there is no %s", qPrintable(dialog));
        shotWith(name, shown);
        shown->close();
    }
    void open(const QString &id, core::SandboxState state)
    {
        m_window.open({id});
        require("the state", [&] { return m_window.currentPage()->status().state == state; });
    }
    void page(SandboxPage::Page page) { m_window.currentPage()->showPage(page); }
    template <typename T>
    T *part(const char *name)
    {
        return m_window.currentPage()->findChild<T *>(QString::fromLatin1(name));
    }
    template <typename T>
    void shotOfRows(const QString &name, SandboxPage::Page which, const char *view, int rows)
    {
        page(which);
        require(view, [&] { return part<T>(view)->model()->rowCount() >= rows; });
        shot(name, &m_window);
    }

    ui::MainWindow &m_window;
    QString m_folder;
    QString m_theme;
};

void Pictures::take()
{
    const QStringList sandboxes = QDir(core::Paths::fromEnvironment().sandboxes())
                                      .entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    require("the wardens answer", [&] {
        const SandboxPage *page = m_window.currentPage();
        return page && page->status().state == core::SandboxState::Running &&
               m_window.model().rowCount() == sandboxes.size() &&
               ui::need(*m_window.model().at(m_window.model().index(0))) == 0;
    });
    ui::TerminalTabs *terminals = m_window.currentPage()->terminals();
    terminals->openShell();
    require("the shell's text is drawn", [&] {
        const ui::TerminalView *view = terminals->currentView();
        auto *display = view ? view->findChild<QWidget *>(u"terminalDisplay"_s) : nullptr;
        return display && view->text().contains(u"passed"_s) && isWrittenOn(*display);
    });
    shot(u"main-window"_s, &m_window);
    takePages();
    m_window.newSandbox(QDir::homePath() + u"/src/web-shop"_s);
    auto *sheet = m_window.findChild<ui::LaunchSheet *>(u"launchSheet"_s);
    shot(u"new-sandbox"_s, sheet);
    sheet->reject();
    open(u"aaaaaaa5"_s, core::SandboxState::Syncing);
    shot(u"starting"_s, &m_window);
    open(u"aaaaaaa7"_s, core::SandboxState::Running);
    page(SandboxPage::Page::Files);
    require("the fork's changes", [this] {
        return part<QTreeWidget>("reviewItems")->topLevelItemCount() == 4 &&
               part<QPlainTextEdit>("reviewPatch")->toPlainText().contains(u"@@"_s);
    });
    shot(u"fork"_s, &m_window);
}

void Pictures::takePages()
{
    shotOfRows<QAbstractItemView>(u"network"_s, SandboxPage::Page::Network, "connections", 6);
    shotOfRows<QAbstractItemView>(u"files"_s, SandboxPage::Page::Files, "fileItems", 3);
    shotOfRows<QTreeWidget>(u"snapshots"_s, SandboxPage::Page::Snapshots, "snapshotItems", 5);
    page(SandboxPage::Page::Log);
    require(
        "the log", [this] { return !part<QPlainTextEdit>("logText")->toPlainText().isEmpty(); });
    shot(u"log"_s, &m_window);
    page(SandboxPage::Page::Settings);
    shot(u"settings"_s, &m_window);
    page(SandboxPage::Page::Terminal);
}

void Pictures::takeMore()
{
    open(u"aaaaaaa1"_s, core::SandboxState::Running);
    takeMenus();
    takeQuestions();
    takeStates();
}

void Pictures::takeMenus()
{
    for (const QString &name : {u"sandboxMenu"_s, u"viewMenu"_s, u"terminalMenu"_s}) {
        auto *menu = m_window.findChild<QMenu *>(name);
        menu->popup(m_window.menuBar()->mapToGlobal(
            m_window.menuBar()->actionGeometry(menu->menuAction()).bottomLeft()));
        shotWith(name, menu);
        menu->close();
    }
}

void Pictures::takeQuestions()
{
    shotOf(u"fork-question"_s, u"actionFork"_s, u"forkQuestion"_s);
    shotOf(u"delete-question"_s, u"actionDelete"_s, u"deleteBox"_s);
    shotOf(u"keys"_s, u"actionKeys"_s, u"credentialsDialog"_s);
    shotOf(u"preferences"_s, u"actionPreferences"_s, u"preferences"_s);
    page(SandboxPage::Page::Snapshots);
    part<QPushButton>("snapshotTake")->click();
    shotOf(u"snapshot-take"_s, u"takeSnapshot"_s);
    part<QPushButton>("snapshotRestore")->click();
    shotOf(u"snapshot-restore"_s, u"restoreBox"_s);
    part<QPushButton>("snapshotRemove")->click();
    shotOf(u"snapshot-remove"_s, u"removeSnapshotBox"_s);
    shotOf(u"about"_s, u"actionAbout"_s, u"aboutBox"_s);
}

void Pictures::takeStates()
{
    open(u"aaaaaaa2"_s, core::SandboxState::Running);
    require("the template's line", [this] { return part<QWidget>("templateLine")->isVisible(); });
    shot(u"state-template"_s, &m_window);
    page(SandboxPage::Page::Snapshots);
    shot(u"snapshots-empty"_s, &m_window);
    open(u"aaaaaaa3"_s, core::SandboxState::Running);
    shot(u"state-template-failed"_s, &m_window);
    open(u"aaaaaaa6"_s, core::SandboxState::Stopped);
    shot(u"state-stopped"_s, &m_window);
    page(SandboxPage::Page::Files);
    shot(u"state-stopped-files"_s, &m_window);
    page(SandboxPage::Page::Snapshots);
    shot(u"snapshots-stopped"_s, &m_window);
    open(u"aaaaaaa8"_s, core::SandboxState::Paused);
    shot(u"state-paused"_s, &m_window);
    open(u"aaaaaaa9"_s, core::SandboxState::NotAnswering);
    shot(u"state-not-answering"_s, &m_window);
    open(u"aaaaaab1"_s, core::SandboxState::Suspended);
    shot(u"state-suspended"_s, &m_window);
    open(u"aaaaaab2"_s, core::SandboxState::Failed);
    shot(u"state-failed"_s, &m_window);
    m_window.resize(m_window.minimumSize());
    open(u"aaaaaaa1"_s, core::SandboxState::Running);
    page(SandboxPage::Page::Settings);
    shot(u"small-settings"_s, &m_window);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() < 3)
        qFatal("usage: pictures FOLDER light|dark [all]");
    QApplication::setApplicationVersion(QStringLiteral(PADDOCK_VERSION));
    const bool dark = words.at(2) == "dark"_L1;
    ui::applyTheme(application, dark ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light);
    const core::Paths paths = core::Paths::fromEnvironment();
    desktop::SingleInstance instance(paths);
    auto keys = std::make_unique<core::MemoryStore>();
    keys->write(u"anthropic"_s, "example");
    desktop::Application desktop(paths, instance, std::move(keys));
    desktop.window().resize(1100, 720);
    desktop.fulfil(
        {.kind = desktop::Wish::Kind::Open, .folder = {}, .agent = {}, .sandbox = u"aaaaaaa1"_s});
    Pictures pictures(desktop.window(), words.at(1), words.at(2));
    pictures.take();
    if (words.value(3) == "all"_L1)
        pictures.takeMore();
    return 0;
}
