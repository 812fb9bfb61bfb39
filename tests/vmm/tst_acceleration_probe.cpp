#include "vmm/machine/verdict_cache.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm;
using Reason = AccelerationVerdict::Reason;

class TestAccelerationProbe : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }

    void saysWhenQemuHasNoAccelerator()
    {
        HostCapabilities host;
        host.qemu = u"/usr/bin/qemu"_s;
        host.accelerators = {u"tcg"_s};

        const auto verdict = probeAcceleration(
            {.host = host, .kernel = {}, .initrd = {}, .workDirectory = {}, .cacheFile = {}},
            ProbeCache::Use);

        QVERIFY(verdict.isFinished());
        QCOMPARE(toString(verdict.result().acceleration), u"tcg"_s);
        QCOMPARE(toString(verdict.result().reason), u"notInQemu"_s);
        QVERIFY(verdict.result().detail.contains(u"/usr/bin/qemu"_s));
    }

    void believesOnlyAKernelThatBoots_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("seen");
        QTest::newRow("the kernel reaches user space")
            << QByteArray("console PADDOCK-PROBE-OK") << Reason::Works << u"user space"_s;
        QTest::newRow("the device opens and QEMU refuses it")
            << QByteArray("stderr ioctl(KVM_CREATE_VM) failed: 16\nexit 1")
            << Reason::OpensButNothingBoots << u"KVM_CREATE_VM"_s;
        QTest::newRow("QEMU aborts on a register, twice")
            << QByteArray("stderr error: failed to set MSR 0x10a\nexit 134")
            << Reason::OpensButNothingBoots << u"MSR"_s;
        QTest::newRow("the machine resets")
            << QByteArray("reset") << Reason::OpensButNothingBoots << u"no kernel boots"_s;
        QTest::newRow("nothing is ever heard of the kernel")
            << QByteArray("console Decompressing Linux...") << Reason::OpensButNothingBoots
            << u"within 3 s"_s;
        QTest::newRow("QEMU itself hangs")
            << QByteArray("silent") << Reason::OpensButNothingBoots << u"within 3 s"_s;
    }

    void believesOnlyAKernelThatBoots()
    {
        QFETCH(QByteArray, script);
        QFETCH(Reason, reason);
        QFETCH(QString, seen);
        write(u"kernel"_s, "#fake-qemu\n" + script + '\n');
        write(u"initrd"_s, "initrd");
        ProbeRequest request{.host = {},
            .kernel = m_directory->filePath(u"kernel"_s),
            .initrd = m_directory->filePath(u"initrd"_s),
            .workDirectory = m_directory->path(),
            .cacheFile = file(),
            .kvmDevice = u"/dev/null"_s}; // opens, as one that lies does
        request.host.qemu = QStringLiteral(FAKE_QEMU);
        request.host.machineType = u"pc-q35-10.0"_s;
        request.host.accelerators = {u"tcg"_s, u"kvm"_s};

        const auto future = probeAcceleration(request, ProbeCache::Use);
        QVERIFY2(
            QTest::qWaitFor([&] { return future.isFinished(); }, 5000), "it answers within 5 s");

        const auto verdict = future.result();
        QCOMPARE(toString(verdict.reason), toString(reason));
        QCOMPARE(verdict.acceleration == Acceleration::Kvm, reason == Reason::Works);
        QVERIFY2(verdict.detail.contains(seen), qPrintable(verdict.detail));
        QVERIFY(knownVerdict(request) == verdict);
        QTRY_COMPARE(
            QDir(m_directory->path()).entryList({u"probe-*"_s}, QDir::Dirs), QStringList());
    }

    void saysWhatIsWrongWithTheDevice()
    {
        ProbeRequest request{.host = {}, .kvmDevice = m_directory->filePath(u"none"_s)};
        request.host.accelerators = {u"tcg"_s, u"kvm"_s};

        const auto verdict = probeAcceleration(request, ProbeCache::Use);

        QVERIFY(verdict.isFinished());
        QCOMPARE(toString(verdict.result().reason), u"noDevice"_s);
    }

    void remembersAVerdict_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<Acceleration>("acceleration");
        QTest::newRow("works") << Reason::Works << Acceleration::Kvm;
        QTest::newRow("works on a Mac") << Reason::Works << Acceleration::Hvf;
        QTest::newRow("nothing boots") << Reason::OpensButNothingBoots << Acceleration::Tcg;
    }

    void remembersAVerdict()
    {
        QFETCH(Reason, reason);
        QFETCH(Acceleration, acceleration);
        const AccelerationVerdict verdict{.acceleration = acceleration,
            .reason = reason,
            .detail = u"what was seen"_s,
            .probedAtMs = QDateTime::currentMSecsSinceEpoch()};

        VerdictCache(file(), u"this"_s).store(verdict);

        QVERIFY(VerdictCache(file(), u"this"_s).find() == verdict);
        QVERIFY(!VerdictCache(file(), u"another"_s).find());
    }

    void forgetsAfterAWhileThatNothingBoots()
    {
        const auto longAgo =
            QDateTime::currentMSecsSinceEpoch() - VerdictCache::negativeLifeMs - 1000;
        const VerdictCache bad(file(), u"bad"_s);
        const VerdictCache good(file(), u"good"_s);
        bad.store({.reason = Reason::OpensButNothingBoots, .detail = {}, .probedAtMs = longAgo});
        good.store({.acceleration = Acceleration::Kvm,
            .reason = Reason::Works,
            .detail = {},
            .probedAtMs = longAgo});

        QVERIFY(!bad.find());
        QVERIFY(good.find());
    }

    void treatsADamagedCacheAsEmpty()
    {
        QFile cache(file());
        QVERIFY(cache.open(QIODevice::WriteOnly));
        cache.write("{\"schema\":1,\"verdicts\":[");
        cache.close();

        QVERIFY(!VerdictCache(file(), u"this"_s).find());
    }

    void identityChangesWithTheKernel()
    {
        const auto kernel = m_directory->filePath(u"vmlinuz"_s);
        QFile file(kernel);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto before = probeIdentity({}, kernel);
        file.write("more");
        file.close();

        QVERIFY(probeIdentity({}, kernel) != before);
    }

private:
    void write(const QString &name, const QByteArray &content)
    {
        QFile file(m_directory->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    [[nodiscard]] QString file() const { return m_directory->filePath(u"acceleration.json"_s); }
    std::optional<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestAccelerationProbe)
#include "tst_acceleration_probe.moc"
