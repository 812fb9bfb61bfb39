#include "tests/vmm/probe_machine.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/machine/machine.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

class TestRealMachine : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto found = ProbeMachine::find(m_directory.filePath(u"cache"_s));
        QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
        m_probe = *found;
    }
    void init() { QTest::failOnWarning(); }

    void decidesOnAccelerationWithinFiveSeconds()
    {
        const ProbeRequest request{.host = m_probe.host,
            .kernel = m_probe.spec.kernel,
            .initrd = m_probe.spec.initrd,
            .workDirectory = m_directory.path(),
            .cacheFile = m_directory.filePath(u"acceleration.json"_s)};
        QElapsedTimer timer;
        timer.start();

        const auto future = probeAcceleration(request, ProbeCache::Refresh);
        QVERIFY(QTest::qWaitFor([&] { return future.isFinished(); }, 6000));

        QVERIFY2(timer.elapsed() < 5000, "issue 2, point 4");
        const auto verdict = future.result();
        QCOMPARE(verdict.acceleration == Acceleration::Tcg,
            verdict.reason != AccelerationVerdict::Reason::Works);
        QVERIFY(!verdict.detail.isEmpty());
        const auto again = probeAcceleration(request, ProbeCache::Use);
        if (QFileInfo::exists(request.cacheFile))
            QVERIFY2(again.isFinished(), "the cache answers at once");
    }

    void bootsToUserSpaceAndPowersOff()
    {
        MachineSpec spec = m_probe.spec;
        spec.name = u"real-machine"_s;
        Machine machine(spec,
            m_probe.host,
            {.runDirectory = m_directory.filePath(u"run"_s),
                .consoleLog = m_directory.filePath(u"console.log"_s)});

        const auto started = settled(machine.start());
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QVERIFY(machine.connectPort(u"org.paddock.control"_s));
        QVERIFY(settled(machine.pause()));
        QCOMPARE(machine.state(), Machine::State::Paused);
        QVERIFY(settled(machine.dumpMemory(m_directory.filePath(u"dump"_s))));
        QVERIFY(QFileInfo(m_directory.filePath(u"dump"_s)).size() >= 256LL << 20);
        QVERIFY(settled(machine.resume()));
        const auto exit = settled(machine.awaitExit(60s));

        QVERIFY(exit);
        QVERIFY2(exit->reason == MachineExit::Reason::PoweredOff,
            qPrintable(
                toString(exit->reason) + exit->errorText + QString::fromUtf8(exit->consoleTail)));
        QFile log(m_directory.filePath(u"console.log"_s));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QVERIFY(log.readAll().contains(probeAnswer));
    }

private:
    QTemporaryDir m_directory;
    ProbeMachine m_probe;
};

QTEST_GUILESS_MAIN(TestRealMachine)
#include "tst_real_machine.moc"
