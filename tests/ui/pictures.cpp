// Takes pictures of the desktop's windows for the documentation, over a PADDOCK_HOME with scripted
// wardens that screenshots.sh has made. Usage: pictures FOLDER light|dark. Each picture waits for
// what it is to show.
#include "app/desktop/application.h"
#include "core/credentials/memory_store.h"
#include "ui/launch/launch_sheet.h"
#include "ui/style/theme.h"
#include "ui/terminal/terminal_tabs.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDir>
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
    void take();

private:
    void shot(const QString &name, QWidget *widget)
    {
        require("the window is drawn", [&] { return QTest::qWaitForWindowExposed(widget); });
        const QString file = m_folder + u"/%1-%2.png"_s.arg(name, m_theme);
        if (!widget->grab().save(file))
            qFatal("cannot write %s", qPrintable(file));
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
    require("the wardens answer", [this] {
        const SandboxPage *page = m_window.currentPage();
        return page && page->status().state == core::SandboxState::Running &&
               m_window.model().rowCount() == 6 &&
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
    shotOfRows<QAbstractItemView>(u"network"_s, SandboxPage::Page::Network, "connections", 6);
    shotOfRows<QAbstractItemView>(u"files"_s, SandboxPage::Page::Files, "fileItems", 3);
    page(SandboxPage::Page::Log);
    require(
        "the log", [this] { return !part<QPlainTextEdit>("logText")->toPlainText().isEmpty(); });
    shot(u"log"_s, &m_window);
    page(SandboxPage::Page::Settings);
    shot(u"settings"_s, &m_window);
    page(SandboxPage::Page::Terminal);
    m_window.newSandbox(QDir::homePath() + u"/src/web-shop"_s);
    auto *sheet = m_window.findChild<ui::LaunchSheet *>(u"launchSheet"_s);
    shot(u"new-sandbox"_s, sheet);
    sheet->reject();
    m_window.open({u"aaaaaaa5"_s});
    require("the start is under way",
        [this] { return m_window.currentPage()->status().state == core::SandboxState::Syncing; });
    shot(u"starting"_s, &m_window);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() != 3)
        qFatal("usage: pictures FOLDER light|dark");
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
    Pictures(desktop.window(), words.at(1), words.at(2)).take();
    return 0;
}
