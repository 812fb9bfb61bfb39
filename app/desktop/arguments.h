#pragma once

#include "ui/style/theme.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <expected>

namespace desktop {

/// What a start of the desktop, or another one's message, asks for.
struct Wish
{
    enum class Kind { Show, New, Run, Open, Quit };

    Kind kind = Kind::Show;
    QString folder;  ///< of New (may be empty) and Run; absolute
    QString agent;   ///< of New (may be empty) and Run
    QString sandbox; ///< of Open: id or name
    friend bool operator==(const Wish &, const Wish &) = default;
};

struct Arguments
{
    Wish wish;
    ui::ThemeChoice theme = ui::ThemeChoice::System;
    QString information; ///< of --help and --version: print it and end
};

/// The text says what is wrong. Relative folders are made absolute from `directory`.
std::expected<Arguments, QString> parseArguments(
    const QStringList &words, const QString &directory);

/// The line on desktop.sock: {"command":"open","sandbox":…},
/// {"command":"new","folder":…,"agent":…},
/// {"command":"run",…}, {"command":"quit"}.
QJsonObject toJson(const Wish &wish);
/// Nothing when it is no known command.
std::expected<Wish, QString> wishFromJson(const QJsonObject &message);

} // namespace desktop
