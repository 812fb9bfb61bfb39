#pragma once

#include "core/async/steps.h"

#include <QByteArray>
#include <QStringList>

namespace core {

struct ProgramOutput
{
    int exitCode = -1; ///< -1: it did not run to its end
    QByteArray output;
    QByteArray error; ///< its first 8 KiB
};

/// How a helper of the host is run: without a terminal, in `directory`, with these variables added.
struct ProgramRequest
{
    QStringList argv;
    QString directory = {};
    QStringList environment = {}; ///< "NAME=value"
    QString withoutPrefix =
        {}; ///< variables of this process that begin so are not passed on; empty: all are
    int patienceMs = 60'000;
};

/// Runs a program of the host and collects at most 8 MiB of its output. Never fails: what went
/// wrong is in the exit code.
Future<ProgramOutput> runProgram(QObject *context, const ProgramRequest &request);

/// Runs one after the other, each for `patienceMs` at most. Fails with the words of the first that
/// does: NotEnoughDisk, or Failed.
Future<> runAll(QObject *context, QList<QStringList> commands, int patienceMs);

} // namespace core
