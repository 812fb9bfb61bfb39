#include "vmm/machine/verdict_cache.h"

#include <QDateTime>
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
    [[nodiscard]] QString file() const { return m_directory->filePath(u"acceleration.json"_s); }
    std::optional<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestAccelerationProbe)
#include "tst_acceleration_probe.moc"
