#pragma once

#include "vmm/future.h"

#include <QByteArray>
#include <QStringList>

#include <chrono>

namespace vmm {

/// A program and its arguments, not yet run.
struct CommandLine
{
    QString program = {};
    QStringList arguments = {};
    friend bool operator==(const CommandLine &, const CommandLine &) = default;
};

struct ProgramOutput
{
    int exitCode = 0;       ///< 128 + the signal's number when a signal ended it
    QByteArray output = {}; ///< at most 1 MiB
    QString errors = {};    ///< at most 8 KiB
    friend bool operator==(const ProgramOutput &, const ProgramOutput &) = default;
};

/// Runs a short program with no input and the C locale. Any exit code is a success here. Fails with
/// ProcessFailed when it cannot be started, with TimedOut (and the program killed) when it takes
/// longer than `limit`.
Future<ProgramOutput> runProgram(const CommandLine &command, std::chrono::milliseconds limit);

} // namespace vmm
