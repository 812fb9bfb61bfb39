#pragma once

#include "tests/client/fake_home.h"

#include <QProcess>

/// What one run of the real program gave.
struct Ran
{
    int code = -1;
    QByteArray output;
    QByteArray errors;
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
};

/// Runs `paddock` in the present PADDOCK_HOME, without a terminal.
inline Ran paddock(const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(QStringLiteral(PROGRAMS "/paddock"), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(30'000))
        qFatal("paddock %s does not end", qPrintable(arguments.join(QLatin1Char(' '))));
    return {.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
        .output = process.readAllStandardOutput(),
        .errors = process.readAllStandardError()};
}
