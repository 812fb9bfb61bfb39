#include "core/sandbox/disk_record.h"
#include "core/sandbox/size_change.h"
#include "core/warden/disk_care.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mebibyte = qint64(1) << 20;

SandboxSettings someSettings()
{
    SandboxSettings settings;
    settings.id = {u"a1b2c3d4"_s};
    settings.name = u"web"_s;
    settings.agent = u"shell"_s;
    settings.workspace = u"/home/me/web"_s;
    return settings;
}

} // namespace

class TestDisks : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void readsTheSizesThatTheGuestTells()
    {
        const auto disks = parseDiskSizes("    1B-blocks       Used\n42000000000 3000000000\n"
                                          "21000000000   40000000\n 21000000000 0\n");

        QVERIFY(disks);
        QCOMPARE(disks->size(), 3);
        QCOMPARE(disks->at(0).name, u"root"_s);
        QCOMPARE(disks->at(0).size, 42'000'000'000);
        QCOMPARE(disks->at(1).used, 40'000'000);
        QCOMPARE(disks->at(2).name, u"work"_s);
    }

    void believesNoSizesThatCannotBe_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a line short") << QByteArray("a b\n1 1\n1 1\n");
        QTest::newRow("words") << QByteArray("a b\n1 1\nx y\n1 1\n");
        QTest::newRow("more used than there is") << QByteArray("a b\n1 1\n1 2\n1 1\n");
        QTest::newRow("negative") << QByteArray("a b\n1 1\n1 -1\n1 1\n");
        QTest::newRow("too large") << QByteArray("a b\n1 1\n9000000000000000000 1\n1 1\n");
        QTest::newRow("a third word") << QByteArray("a b\n1 1\n1 1 /x\n1 1\n");
    }
    void believesNoSizesThatCannotBe()
    {
        QFETCH(const QByteArray, text);

        QVERIFY(!parseDiskSizes(text));
    }

    void whatGrewBeyondItsContentComesBack_data()
    {
        QTest::addColumn<qint64>("used");
        QTest::addColumn<qint64>("own");
        QTest::addColumn<qint64>("back");
        QTest::newRow("as it was") << 100 * mebibyte << 50 * mebibyte << qint64(0);
        QTest::newRow("written") << 600 * mebibyte << 550 * mebibyte << qint64(0);
        QTest::newRow("deleted again") << 100 * mebibyte << 550 * mebibyte << 500 * mebibyte;
        QTest::newRow("deleted from below") << 50 * mebibyte << 50 * mebibyte << 50 * mebibyte;
        QTest::newRow("never more than there is") << qint64(0) << 10 * mebibyte << 10 * mebibyte;
    }
    void whatGrewBeyondItsContentComesBack()
    {
        QFETCH(const qint64, used);
        QFETCH(const qint64, own);
        const DiskRecord record{.name = u"root"_s,
            .size = 1000 * mebibyte,
            .used = used,
            .ownThen = 50 * mebibyte,
            .usedThen = 100 * mebibyte};

        QTEST(reclaimable(record, own), "back");
    }

    void keepsItsRecords()
    {
        const QTemporaryDir directory;
        const DiskRecords records{.atMs = 5,
            .disks = {{.name = u"root"_s, .size = 9, .used = 8, .ownThen = 7, .usedThen = 6}}};

        QVERIFY(!readDiskRecords(directory.path()));
        QVERIFY(writeDiskRecords(directory.path(), records));
        QCOMPARE(readDiskRecords(directory.path()).value(), records);

        auto json = toJson(records);
        json["schema"_L1] = 2;
        QVERIFY(!diskRecordsFromJson(json));
    }

    void countsTheBytesOnTheDisk()
    {
        const QTemporaryDir directory;
        QFile sparse(directory.filePath(u"sparse"_s));
        QVERIFY(sparse.open(QFile::WriteOnly) && sparse.resize(100 * mebibyte));
        QVERIFY(sparse.write("a") == 1);
        sparse.close();

        QVERIFY(bytesOnDisk(sparse.fileName()) < mebibyte);
        QCOMPARE(bytesOnDisk(directory.filePath(u"none"_s)), 0);
        QCOMPARE(bytesBelow(directory.path()), bytesOnDisk(sparse.fileName()));
    }

    void aMachineKeepsItsSizesUntilItIsStopped()
    {
        const SizeChange change{.cpus = 4, .memoryMiB = 4096, .diskGiB = 40};

        const auto off = resized(someSettings(), change, PresentMachine::None);
        const auto running = resized(someSettings(), change, PresentMachine::Running);

        QCOMPARE(off->cpus, 4);
        QCOMPARE(off->memoryMiB, 4096);
        QCOMPARE(off->nextCpus, 0);
        QCOMPARE(running->cpus, 2);
        QCOMPARE(running->diskGiB, 40);
        QCOMPARE(withNextSizes(*running), *off);
        QCOMPARE(settingsFromJson(toJson(*running)).value(), *running);
        QCOMPARE(answerTo(change, PresentMachine::Running),
            (SizeAnswer{.now = {u"disk"_s}, .atNextStart = {u"cpus"_s, u"memory"_s}}));
        QVERIFY(answerTo(change, PresentMachine::None).atNextStart.isEmpty());
        QVERIFY(answerTo(change, PresentMachine::Suspended).now.isEmpty());
        QCOMPARE(sizeAnswerFromJson(toJson(answerTo(change, PresentMachine::Running))),
            answerTo(change, PresentMachine::Running));
        QCOMPARE(sizeChangeFromJson(toJson(change)), change);
    }

    void refusesSizesThatCannotBe_data()
    {
        QTest::addColumn<SizeChange>("change");
        QTest::addColumn<QString>("reason");
        QTest::newRow("nothing") << SizeChange() << u"nothing"_s;
        QTest::newRow("smaller") << SizeChange{.diskGiB = 10} << u"never made smaller"_s;
        QTest::newRow("no CPU") << SizeChange{.cpus = 0} << u"cpus"_s;
        QTest::newRow("tiny") << SizeChange{.memoryMiB = 100} << u"memoryMiB"_s;
        QTest::newRow("huge") << SizeChange{.diskGiB = 100'000} << u"diskGiB"_s;
    }
    void refusesSizesThatCannotBe()
    {
        QFETCH(const SizeChange, change);
        QFETCH(const QString, reason);

        for (const auto machine : {PresentMachine::None, PresentMachine::Running}) {
            const auto refused = resized(someSettings(), change, machine);
            QVERIFY(!refused);
            QCOMPARE(refused.error().kind, Error::Kind::Usage);
            QVERIFY2(refused.error().detail.contains(reason), qPrintable(refused.error().detail));
        }
    }
};

QTEST_GUILESS_MAIN(TestDisks)
#include "tst_disks.moc"
