#include "core/warden/machine_failure.h"
#include "core/warden/vmm_error.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace core;
using Kind = Error::Kind;

class TestMachineFailure : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void aShortageIsToldFromOtherFailures_data()
    {
        using From = vmm::Error::Kind;
        QTest::addColumn<vmm::Error>("error");
        QTest::addColumn<Kind>("kind");
        const auto row = [](From from, const QString &words, Kind kind) {
            QTest::addRow("%s", qPrintable(words))
                << vmm::Error{.kind = from, .detail = words} << kind;
        };
        row(From::ProcessFailed,
            u"cannot set up guest memory 'ram0': Cannot allocate memory"_s,
            Kind::NotEnoughMemory);
        row(From::ProcessFailed,
            u"GLib: failed to allocate 1048576 bytes"_s,
            Kind::NotEnoughMemory);
        row(From::ProcessFailed,
            u"Unable to write to file: No space left on device"_s,
            Kind::NotEnoughDisk);
        row(From::Io, u"/x/state: No space left on device"_s, Kind::NotEnoughDisk);
        row(From::ProcessFailed, u"no such device"_s, Kind::MachineFailed);
        row(From::Cancelled, u"given up"_s, Kind::Cancelled);
    }

    void aShortageIsToldFromOtherFailures()
    {
        QFETCH(vmm::Error, error);
        QFETCH(Kind, kind);

        QCOMPARE(fromVmm(error), (Error{kind, error.detail}));
    }

    void aMachineThatTheKernelEndedForMemoryLackedIt()
    {
        using Reason = vmm::MachineExit::Reason;
        QCOMPARE(
            machineFailure({.reason = Reason::OutOfMemory, .code = 9}).kind, Kind::NotEnoughMemory);
        QCOMPARE(machineFailure({.reason = Reason::Killed, .code = 9}).kind, Kind::MachineFailed);
        QVERIFY(endedFromOutside({.reason = Reason::OutOfMemory}));
        QVERIFY(endedFromOutside({.reason = Reason::Killed}));
        QVERIFY(!endedFromOutside({.reason = Reason::Failed}));
    }
};

QTEST_GUILESS_MAIN(TestMachineFailure)
#include "tst_machine_failure.moc"
