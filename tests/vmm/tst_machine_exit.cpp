#include "vmm/machine/machine_exit.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm;
using Reason = MachineExit::Reason;
using Wish = ExitFacts::Wish;

class TestMachineExit : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void tellsWhyAMachineEnded_data()
    {
        QTest::addColumn<ExitFacts>("facts");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const ExitFacts &facts, Reason reason) {
            QTest::newRow(name) << facts << toString(reason);
        };
        row("guest powers off", {.shutdownReason = u"guest-shutdown"_s}, Reason::PoweredOff);
        row("guest powers off while we wait to quit",
            {.shutdownReason = u"guest-shutdown"_s, .wish = Wish::Quit},
            Reason::PoweredOff);
        row("guest reboots",
            {.shutdownReason = u"guest-reset"_s, .consoleTail = "reboot: Restarting system"},
            Reason::Rebooted);
        row("kernel panics",
            {.shutdownReason = u"guest-reset"_s, .consoleTail = "Kernel panic - not syncing"},
            Reason::Panicked);
        row("we quit", {.shutdownReason = u"host-qmp-quit"_s, .wish = Wish::Quit}, Reason::Quit);
        row("we kill", {.signal = 9, .wish = Wish::Quit}, Reason::Quit);
        row("kill -9 from elsewhere", {.signal = 9}, Reason::Killed);
        row("kill -9 when memory had run out",
            {.signal = 9, .memoryRanOut = true},
            Reason::OutOfMemory);
        row("a crash when memory had run out",
            {.signal = 11, .memoryRanOut = true},
            Reason::Failed);
        row("kill -15 from elsewhere", {.shutdownReason = u"host-signal"_s}, Reason::Killed);
        row("QEMU crashes", {.signal = 11}, Reason::Failed);
        row("QEMU aborts", {.signal = 6, .errorText = u"failed to set MSR"_s}, Reason::Failed);
        row("QEMU refuses its arguments",
            {.exitCode = 1, .errorText = u"no such device"_s},
            Reason::Failed);
    }

    void tellsWhyAMachineEnded()
    {
        QFETCH(ExitFacts, facts);

        QTEST(toString(classify(facts).reason), "reason");
    }

    void keepsTheSignalOrTheCode()
    {
        QCOMPARE(classify({.signal = 9}).code, 9);
        QCOMPARE(classify({.exitCode = 1}).code, 1);
    }
};

QTEST_GUILESS_MAIN(TestMachineExit)
#include "tst_machine_exit.moc"
