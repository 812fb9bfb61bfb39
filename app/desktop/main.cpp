#include "app/desktop/application.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QLocale>
#include <QTranslator>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

int say(const QString &text, FILE *stream, int code)
{
    std::fputs(qPrintable(text), stream);
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    QStringList words;
    for (int index = 0; index < argc; ++index)
        words.append(QString::fromLocal8Bit(argv[index]));
    const auto arguments = desktop::parseArguments(words, QDir::currentPath());
    if (!arguments)
        return say(u"paddock-desktop: "_s + arguments.error() + u'\n', stderr, 2);
    if (!arguments->information.isEmpty())
        return say(arguments->information, stdout, 0);

    const core::Paths paths = core::Paths::fromEnvironment();
    desktop::SingleInstance instance(paths);
    const auto place = instance.take(arguments->wish);
    if (!place)
        return say(u"paddock-desktop: "_s + place.error().detail + u'\n', stderr, 69);
    if (*place == desktop::SingleInstance::Place::Second)
        return 0;

    QApplication application(argc, argv);
    if (const auto served = instance.serve(); !served)
        return say(u"paddock-desktop: "_s + served.error().detail + u'\n', stderr, 77);
    QApplication::setApplicationName(u"Paddock"_s);
    QApplication::setApplicationVersion(QStringLiteral(PADDOCK_VERSION));
    QApplication::setDesktopFileName(u"org.paddock.Paddock"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    ui::applyTheme(application, arguments->theme);
    QApplication::setWindowIcon(ui::themedIcon(u"paddock"_s, QApplication::palette()));
    QTranslator translator;
    if (translator.load(QLocale(), u"paddock"_s, u"_"_s, u":/paddock/translations"_s))
        QApplication::installTranslator(&translator);
    desktop::Application desktop(paths, instance);
    desktop.fulfil(arguments->wish);
    return QApplication::exec();
}
