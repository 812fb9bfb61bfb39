#pragma once

#include <QByteArray>
#include <QString>

namespace vmm {

/// How a machine ended.
struct MachineExit
{
    enum class Reason {
        PoweredOff, ///< the guest shut itself down
        Rebooted,   ///< the guest asked for a reset; QEMU ends then
        Panicked,   ///< the guest's kernel panicked
        Quit,       ///< we told QEMU to end
        Killed,     ///< QEMU was ended by a signal that is not ours
        Failed,     ///< QEMU could not start or gave up; errorText says why
    };

    Reason reason = Reason::Failed;
    int code = 0;           ///< exit code, or the signal's number for Killed
    QString errorText;      ///< what QEMU wrote to standard error, at most 8 KiB; never guest bytes
    QByteArray consoleTail; ///< the console's last 4 KiB: guest bytes, filter before showing

    friend bool operator==(const MachineExit &, const MachineExit &) = default;
};
QString toString(MachineExit::Reason reason); ///< "poweredOff", "rebooted", …

} // namespace vmm
