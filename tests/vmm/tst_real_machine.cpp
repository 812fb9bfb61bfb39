#include "vmm/image/image_store.h"
#include "vmm/image/initrd.h"
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

/// The real QEMU, the image's kernel and the guest agent's initrd. PADDOCK_IMAGE names the image;
/// tests/run.sh sets it.
class TestRealMachine : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto image = openImage(qEnvironmentVariable("PADDOCK_IMAGE"));
        QVERIFY2(image, image ? "" : qPrintable(u"PADDOCK_IMAGE: "_s + image.error().detail));
        m_kernel = image->kernel();
        const auto host = settled(probeHost(HostPrograms::fromEnvironment()));
        QVERIFY2(host, host ? "" : qPrintable(host.error().detail));
        m_host = *host;
        const auto initrd =
            settled(initrdFrom({image->modules(), QStringLiteral(PROGRAMS "/guest.cpio")},
                m_directory.filePath(u"cache"_s)));
        QVERIFY2(initrd, initrd ? "" : qPrintable(initrd.error().detail));
        m_initrd = *initrd;
    }
    void init() { QTest::failOnWarning(); }

    void decidesOnAccelerationWithinFiveSeconds()
    {
        const ProbeRequest request{.host = m_host,
            .kernel = m_kernel,
            .initrd = m_initrd,
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
        MachineSpec spec;
        spec.name = u"real-machine"_s;
        spec.memory.sizeMiB = 256;
        spec.kernel = m_kernel;
        spec.initrd = m_initrd;
        spec.kernelOptions = u"paddock.probe=1"_s;
        spec.ports = {u"org.paddock.control"_s};
        Machine machine(spec,
            m_host,
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
    template <typename T>
    static Result<T> settled(const Future<T> &future)
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 90000))
            return std::unexpected(
                Error{.kind = Error::Kind::Cancelled, .detail = u"the test waited in vain"_s});
        return future.result();
    }

    QTemporaryDir m_directory;
    HostCapabilities m_host;
    QString m_kernel;
    QString m_initrd;
};

QTEST_GUILESS_MAIN(TestRealMachine)
#include "tst_real_machine.moc"
