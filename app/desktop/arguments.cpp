#include "app/desktop/arguments.h"

#include <QCommandLineParser>
#include <QDir>

#include <utility>

using namespace Qt::StringLiterals;

namespace desktop {

namespace {

struct Options
{
    QCommandLineOption fresh{u"new"_s, u"Open the new-sandbox sheet; FOLDER fills it in."_s};
    QCommandLineOption run{
        u"run"_s, u"Start AGENT on FOLDER, in the sandbox that exists or a new one."_s, u"AGENT"_s};
    QCommandLineOption agent{u"agent"_s, u"The agent in the sheet."_s, u"AGENT"_s};
    QCommandLineOption open{u"open"_s, u"Show a sandbox."_s, u"SANDBOX"_s};
    QCommandLineOption theme{u"theme"_s, u"system, light or dark."_s, u"THEME"_s, u"system"_s};
    QCommandLineOption help{{u"h"_s, u"help"_s}, u"Show this help."_s};
    QCommandLineOption version{{u"v"_s, u"version"_s}, u"Show the version."_s};
};

std::expected<ui::ThemeChoice, QString> themeOf(const QString &word)
{
    if (word == "system"_L1)
        return ui::ThemeChoice::System;
    if (word == "light"_L1)
        return ui::ThemeChoice::Light;
    if (word == "dark"_L1)
        return ui::ThemeChoice::Dark;
    return std::unexpected(u"--theme is system, light or dark"_s);
}

std::expected<Wish, QString> wishOf(
    const QCommandLineParser &parser, const Options &options, const QString &directory)
{
    const QStringList folders = parser.positionalArguments();
    if (folders.size() > 1)
        return std::unexpected(u"one FOLDER at most"_s);
    const QString folder = folders.isEmpty()
                               ? QString()
                               : QDir::cleanPath(QDir(directory).absoluteFilePath(folders.first()));
    if (parser.isSet(options.run))
        return Wish{.kind = Wish::Kind::Run,
            .folder = folder.isEmpty() ? QDir::cleanPath(directory) : folder,
            .agent = parser.value(options.run),
            .sandbox = {}};
    if (parser.isSet(options.open))
        return Wish{.kind = Wish::Kind::Open,
            .folder = {},
            .agent = {},
            .sandbox = parser.value(options.open)};
    if (parser.isSet(options.fresh) || !folder.isEmpty())
        return Wish{.kind = Wish::Kind::New,
            .folder = folder,
            .agent = parser.value(options.agent),
            .sandbox = {}};
    return Wish{};
}

QString commandOf(Wish::Kind kind)
{
    switch (kind) {
    case Wish::Kind::Show:
    case Wish::Kind::Open:
        return u"open"_s;
    case Wish::Kind::New:
        return u"new"_s;
    case Wish::Kind::Run:
        return u"run"_s;
    case Wish::Kind::Quit:
        return u"quit"_s;
    }
    std::unreachable();
}

} // namespace

std::expected<Arguments, QString> parseArguments(const QStringList &words, const QString &directory)
{
    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Paddock: AI coding agents in virtual machines."_s);
    parser.addOptions({options.fresh,
        options.run,
        options.agent,
        options.open,
        options.theme,
        options.help,
        options.version});
    parser.addPositionalArgument(u"FOLDER"_s, u"A project folder."_s, u"[FOLDER]"_s);
    if (!parser.parse(words))
        return std::unexpected(parser.errorText());
    Arguments arguments;
    if (parser.isSet(options.help))
        arguments.information = parser.helpText();
    if (parser.isSet(options.version))
        arguments.information = u"paddock-desktop " PADDOCK_VERSION "\n"_s;
    const auto theme = themeOf(parser.value(options.theme));
    if (!theme)
        return std::unexpected(theme.error());
    arguments.theme = *theme;
    const auto wish = wishOf(parser, options, directory);
    if (!wish)
        return std::unexpected(wish.error());
    arguments.wish = *wish;
    return arguments;
}

QJsonObject toJson(const Wish &wish)
{
    QJsonObject message{{u"command"_s, commandOf(wish.kind)}};
    if (!wish.sandbox.isEmpty())
        message.insert("sandbox"_L1, wish.sandbox);
    if (!wish.folder.isEmpty())
        message.insert("folder"_L1, wish.folder);
    if (!wish.agent.isEmpty())
        message.insert("agent"_L1, wish.agent);
    return message;
}

std::expected<Wish, QString> wishFromJson(const QJsonObject &message)
{
    const QString command = message.value("command"_L1).toString();
    Wish wish{.kind = Wish::Kind::Show,
        .folder = message.value("folder"_L1).toString(),
        .agent = message.value("agent"_L1).toString(),
        .sandbox = message.value("sandbox"_L1).toString()};
    if (command == "open"_L1)
        wish.kind = wish.sandbox.isEmpty() ? Wish::Kind::Show : Wish::Kind::Open;
    else if (command == "new"_L1)
        wish.kind = Wish::Kind::New;
    else if (command == "run"_L1)
        wish.kind = Wish::Kind::Run;
    else if (command == "quit"_L1)
        wish.kind = Wish::Kind::Quit;
    else
        return std::unexpected(u"no such command"_s);
    return wish;
}

} // namespace desktop
