#pragma once

#include <QByteArray>
#include <QString>

namespace vmm {

/// How a machine ended.
struct MachineExit
{
    enum class Reason {
        PoweredOff,  ///< the guest shut itself down
        Rebooted,    ///< the guest asked for a reset; QEMU ends then
        Panicked,    ///< the guest's kernel panicked
        Quit,        ///< we told QEMU to end
        Killed,      ///< somebody else ended QEMU with a signal
        OutOfMemory, ///< this was the host's kernel, since memory had run out
        Failed,      ///< QEMU could not start, gave up or crashed; errorText says why
    };

    Reason reason = Reason::Failed;
    int code = 0;           ///< exit code, or the signal's number
    QString errorText = {}; ///< what QEMU wrote to standard error, at most 8 KiB; never guest bytes
    QByteArray consoleTail = {}; ///< the console's last 4 KiB: guest bytes, filter before showing

    friend bool operator==(const MachineExit &, const MachineExit &) = default;
};
QString toString(MachineExit::Reason reason); ///< "poweredOff", "rebooted", …

/// What was seen of a QEMU that has ended.
struct ExitFacts
{
    enum class Wish { None, Quit };

    int exitCode = 0;
    int signal = 0;              ///< 0: it ended by itself
    QString shutdownReason = {}; ///< of QMP's SHUTDOWN event; empty: there was none
    Wish wish = Wish::None;
    bool memoryRanOut = false; ///< the host's kernel has killed for memory since it started
    QString errorText = {};
    QByteArray consoleTail = {};
};
MachineExit classify(const ExitFacts &facts);

} // namespace vmm
