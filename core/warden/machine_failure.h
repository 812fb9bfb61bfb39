#pragma once

#include "core/result.h"
#include "vmm/machine/machine_exit.h"

#include <QStringList>

namespace core {

/// What a console shows, for people: its last 16 KiB, without what could drive a terminal.
QByteArray cleanConsole(const QByteArray &console);

/// The lines of a console that tell most: from a kernel's panic on where there is one, else the
/// last; at most `count`.
QStringList consoleExcerpt(const QString &console, qsizetype count);

/// Why a machine ended, in a sentence; of a panic with the kernel's own words.
Error machineFailure(const vmm::MachineExit &exit);
/// By a signal or for lack of memory: that says nothing about the machine.
bool endedFromOutside(const vmm::MachineExit &exit);

} // namespace core
