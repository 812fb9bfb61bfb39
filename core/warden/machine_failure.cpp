#include "core/warden/machine_failure.h"

#include "core/warden/terminal_filter.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int maxWords = 200; // of the kernel, which the guest may have made up

const QString panicHead = u"Kernel panic - not syncing"_s;

/// The kernel's words after "Kernel panic - not syncing: ".
QString panicWords(const QByteArray &console)
{
    const auto clean = QString::fromUtf8(cleanConsole(console));
    const auto at = clean.indexOf(panicHead);
    if (at < 0)
        return {};
    auto words = clean.sliced(at + panicHead.size()).section(u'\n', 0, 0);
    if (words.startsWith(u':'))
        words.remove(0, 1);
    return words.trimmed().left(maxWords);
}

QString sentence(const vmm::MachineExit &exit)
{
    using Reason = vmm::MachineExit::Reason;
    const auto after = [](const QString &text, const QString &more) {
        return more.isEmpty() ? text : text + u": "_s + more;
    };
    switch (exit.reason) {
    case Reason::PoweredOff:
        return u"the system in the sandbox shut itself down"_s;
    case Reason::Rebooted:
        return u"the system in the sandbox asked for a restart"_s;
    case Reason::Panicked:
        return after(u"the kernel in the sandbox panicked"_s, panicWords(exit.consoleTail));
    case Reason::OutOfMemory:
        return u"this computer ran out of memory and its kernel ended QEMU (signal 9)"_s;
    case Reason::Quit:
        return u"QEMU was told to end"_s;
    case Reason::Killed:
        return u"QEMU was ended from outside (signal %1)"_s.arg(exit.code);
    case Reason::Failed:
        return after(u"QEMU gave up (%1)"_s.arg(exit.code), exit.errorText);
    }
    std::unreachable();
}

} // namespace

QByteArray cleanConsole(const QByteArray &console)
{
    constexpr qsizetype shown = 16 << 10;
    return TerminalFilter().feed(console.right(shown)).history;
}

QStringList consoleExcerpt(const QString &console, qsizetype count)
{
    QStringList lines;
    qsizetype panic = -1;
    const auto all = console.split(u'\n');
    for (const auto &line : all) {
        const auto text = line.trimmed();
        if (panic < 0 && text.contains(panicHead))
            panic = lines.size();
        if (!text.isEmpty())
            lines << text.left(300);
    }
    const auto from = panic >= 0 ? panic : std::max<qsizetype>(lines.size() - count, 0);
    return lines.mid(from, count);
}

bool endedFromOutside(const vmm::MachineExit &exit)
{
    using Reason = vmm::MachineExit::Reason;
    return exit.reason == Reason::Killed || exit.reason == Reason::OutOfMemory;
}

Error machineFailure(const vmm::MachineExit &exit)
{
    const bool lacked = exit.reason == vmm::MachineExit::Reason::OutOfMemory;
    return {.kind = lacked ? Error::Kind::NotEnoughMemory : Error::Kind::MachineFailed,
        .detail = sentence(exit)};
}

} // namespace core
