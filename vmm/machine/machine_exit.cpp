#include "vmm/machine/machine_exit.h"

#include <csignal>
#include <utility>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

using Reason = MachineExit::Reason;

bool isEndingSignal(int signal)
{
    return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

Reason reasonOf(const ExitFacts &facts)
{
    if (facts.shutdownReason == "guest-shutdown"_L1)
        return Reason::PoweredOff;
    if (facts.shutdownReason == "guest-panic"_L1)
        return Reason::Panicked;
    if (facts.shutdownReason == "guest-reset"_L1)
        return facts.consoleTail.contains("Kernel panic") ? Reason::Panicked : Reason::Rebooted;
    if (facts.wish == ExitFacts::Wish::Quit)
        return Reason::Quit;
    if (facts.signal == SIGKILL && facts.memoryRanOut)
        return Reason::OutOfMemory;
    if (facts.shutdownReason == "host-signal"_L1 || isEndingSignal(facts.signal))
        return Reason::Killed;
    const bool quiet = facts.exitCode == 0 && facts.signal == 0 && facts.errorText.isEmpty();
    return quiet ? Reason::PoweredOff : Reason::Failed;
}

} // namespace

QString toString(MachineExit::Reason reason)
{
    switch (reason) {
    case Reason::PoweredOff:
        return u"poweredOff"_s;
    case Reason::Rebooted:
        return u"rebooted"_s;
    case Reason::Panicked:
        return u"panicked"_s;
    case Reason::Quit:
        return u"quit"_s;
    case Reason::Killed:
        return u"killed"_s;
    case Reason::OutOfMemory:
        return u"outOfMemory"_s;
    case Reason::Failed:
        return u"failed"_s;
    }
    std::unreachable();
}

MachineExit classify(const ExitFacts &facts)
{
    return {.reason = reasonOf(facts),
        .code = facts.signal != 0 ? facts.signal : facts.exitCode,
        .errorText = facts.errorText,
        .consoleTail = facts.consoleTail};
}

} // namespace vmm
