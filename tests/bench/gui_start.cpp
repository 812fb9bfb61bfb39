// Starts the desktop, or with --bare an empty window, and prints a line when the window has painted
// itself for the first time. gui_start.py takes the time from the outside.
#include "app/desktop/application.h"
#include "core/credentials/memory_store.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QMainWindow>

#include <cstdio>

namespace {

class FirstPaint : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint) {
            // After the event loop's turn in which all of the window was painted.
            QMetaObject::invokeMethod(
                this, [] { std::puts("painted"), QApplication::quit(); }, Qt::QueuedConnection);
        }
        return false;
    }
};

} // namespace

int main(int argc, char **argv)
{
    const bool bare = argc > 1 && QByteArrayView(argv[1]) == "--bare";
    const core::Paths paths = core::Paths::fromEnvironment();
    desktop::SingleInstance instance(paths);
    if (!bare && !instance.take({}))
        return 1;
    QApplication application(argc, argv);
    FirstPaint painted;
    if (bare) {
        QMainWindow window;
        window.installEventFilter(&painted);
        window.show();
        return QApplication::exec();
    }
    ui::applyTheme(application, ui::ThemeChoice::System);
    desktop::Application desktop(paths, instance, std::make_unique<core::MemoryStore>());
    desktop.window().installEventFilter(&painted);
    desktop.fulfil({});
    return QApplication::exec();
}
