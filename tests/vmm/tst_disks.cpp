#include "tests/settled.h"
#include "vmm/image/disk_backing.h"
#include "vmm/image/disk_merge.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/image/initrd.h"
#include "vmm/program.h"

#include <QDataStream>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

/// With the real qemu-img.
class TestDisks : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        m_qemuImg = QStandardPaths::findExecutable(u"qemu-img"_s);
    }

    void makesAnEmptyDisk()
    {
        QVERIFY(settled(createDisk(m_qemuImg, path(u"work.qcow2"_s), 3LL << 30)));

        const auto info = infoOf(path(u"work.qcow2"_s));
        QCOMPARE(info[u"format"_s].toString(), u"qcow2"_s);
        QCOMPARE(info[u"virtual-size"_s].toInteger(), 3LL << 30);
        QVERIFY(QFileInfo(path(u"work.qcow2"_s)).size() < 1 << 20);
        QCOMPARE(QFile::permissions(path(u"work.qcow2"_s)) & (QFile::ReadGroup | QFile::ReadOther),
            QFile::Permissions());
    }

    void layersOverABaseWithItsFormatStated()
    {
        QVERIFY(settled(createDisk(m_qemuImg, path(u"base.qcow2"_s), 1LL << 30)));

        QVERIFY(settled(createOverlay(m_qemuImg,
            {.path = path(u"root.qcow2"_s),
                .basePath = path(u"base.qcow2"_s),
                .bytes = 2LL << 30})));

        const auto info = infoOf(path(u"root.qcow2"_s));
        QCOMPARE(info[u"backing-filename-format"_s].toString(), u"qcow2"_s);
        QCOMPARE(info[u"backing-filename"_s].toString(), path(u"base.qcow2"_s));
        QCOMPARE(info[u"virtual-size"_s].toInteger(), 2LL << 30);
    }

    void anOverlayTakesLittleForAFewBlocks()
    {
        QVERIFY(settled(createDisk(m_qemuImg, path(u"base.qcow2"_s), 20LL << 30)));
        QVERIFY(settled(createOverlay(
            m_qemuImg, {.path = path(u"root.qcow2"_s), .basePath = path(u"base.qcow2"_s)})));
        QStringList writes;
        for (int block = 0; block < 16; ++block)
            writes << u"write -P 7 %1M 4k"_s.arg(100 + 3 * block);
        QVERIFY(fill(path(u"root.qcow2"_s), writes));

        const auto bytes = infoOf(path(u"root.qcow2"_s))[u"actual-size"_s].toInteger();
        QVERIFY2(bytes < 300 << 10, qPrintable(QString::number(bytes)));
    }

    void copiesTheNextOverlayOfABaseThatNeverChanges()
    {
        QVERIFY(settled(createDisk(m_qemuImg, path(u"base.qcow2"_s), 1LL << 30)));
        OverlayRequest request{.path = path(u"one.qcow2"_s),
            .basePath = path(u"base.qcow2"_s),
            .bytes = 2LL << 30,
            .patterns = path(u""_s)};
        QVERIFY(settled(createOverlay(m_qemuImg, request)));

        request.path = path(u"two.qcow2"_s);
        QVERIFY(settled(createOverlay(u"/no/such/program"_s, request)));

        auto one = infoOf(path(u"one.qcow2"_s));
        auto two = infoOf(path(u"two.qcow2"_s));
        for (const auto &name : {u"filename"_s, u"actual-size"_s, u"children"_s})
            for (auto *info : {&one, &two})
                info->remove(name);
        QCOMPARE(two, one);
        QCOMPARE(QFile::permissions(path(u"two.qcow2"_s)) & (QFile::ReadGroup | QFile::ReadOther),
            QFile::Permissions());
        // Another size is another overlay, and nothing is ever written over.
        request.bytes = 3LL << 30;
        QVERIFY(!settled(createOverlay(u"/no/such/program"_s, request)));
        request.path = path(u"three.qcow2"_s);
        QVERIFY(!settled(createOverlay(u"/no/such/program"_s, request)));
    }

    void tellsWhatADiskBuildsOn()
    {
        const auto base = path(u"base.qcow2"_s);
        const auto overlay = path(u"root.qcow2"_s);
        QVERIFY(settled(createDisk(m_qemuImg, base, 1LL << 30)));
        QVERIFY(settled(createOverlay(m_qemuImg, {.path = overlay, .basePath = base})));

        QCOMPARE(backingOf(overlay), base);
        QVERIFY(backingOf(base).isEmpty());
        QVERIFY(backingOf(path(u"none.qcow2"_s)).isEmpty());
        QCOMPARE(virtualBytesOf(overlay), 1LL << 30);
        QCOMPARE(virtualBytesOf(path(u"none.qcow2"_s)), 0);
    }

    void anOverlayNeedsNothingOfWhatLiesBelowItsBase()
    {
        QVERIFY(settled(createDisk(m_qemuImg, path(u"base"_s), 1LL << 30)));
        QVERIFY(settled(
            createOverlay(m_qemuImg, {.path = path(u"lower"_s), .basePath = path(u"base"_s)})));
        QVERIFY(
            QFile::remove(path(u"base"_s))); // folded away: the header of the other still names it

        QVERIFY(settled(
            createOverlay(m_qemuImg, {.path = path(u"upper"_s), .basePath = path(u"lower"_s)})));

        QCOMPARE(virtualBytesOf(path(u"upper"_s)), 1LL << 30);
        QCOMPARE(backingOf(path(u"upper"_s)), path(u"lower"_s));
    }

    void filesBecomeOne_data()
    {
        QTest::addColumn<bool>("hasBase");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("count");
        QTest::newRow("over a base") << true << 2 << 2;
        QTest::newRow("over another layer") << true << 3 << 2;
        QTest::newRow("all of the disk") << false << 2 << 2;
        QTest::newRow("over a layer without a base") << false << 3 << 2;
        QTest::newRow("three over a base") << true << 3 << 3;
        QTest::newRow("three, all of the disk") << false << 3 << 3;
    }

    /// With headers that name what is not there any more.
    void filesBecomeOne()
    {
        QFETCH(bool, hasBase);
        QFETCH(int, layers);
        QFETCH(int, count);
        QStringList files;
        if (hasBase) {
            QVERIFY(settled(createDisk(m_qemuImg, path(u"base"_s), 64 << 20)));
            QVERIFY(fill(path(u"base"_s), {u"write -P 1 0 40M"_s}));
        }
        for (int i = 0; i < layers; ++i) {
            const auto below = i == 0 ? path(u"base"_s) : files.first();
            const auto file = path(u"layer-%1"_s.arg(i));
            const auto made =
                i == 0 && !hasBase
                    ? createDisk(m_qemuImg, file, 64 << 20)
                    : createOverlay(m_qemuImg,
                          {.path = file, .basePath = below, .bytes = qint64(64 + 16 * i) << 20});
            QVERIFY(settled(made));
            files.prepend(file);
            QVERIFY(fill(chainName(files),
                {u"write -P %1 %2M 8M"_s.arg(10 + i).arg(4 * i),
                    u"write -z %1M 1M"_s.arg(4 * i + 1),
                    u"write -P %1 %2k 12k"_s.arg(20 + i).arg(50000 + 20 * i)}));
            // As after a fold: nobody finds by the header what lies below.
            if (i > 0)
                QVERIFY(rebased(file, path(u"gone-%1"_s.arg(i))));
        }
        const auto merged = path(u"merged"_s);

        const auto commands =
            mergeCommands(m_qemuImg, {.files = files, .path = merged, .count = count});

        QVERIFY(commands);
        for (const auto &command : *commands) {
            const auto run = settled(runProgram(command, 20s));
            QVERIFY2(run && run->exitCode == 0, qPrintable(run ? run->errors : u"failed"_s));
        }
        const auto after = QStringList{merged} + files.sliced(count);
        QVERIFY(isEqual(chainName(files), chainName(after)));
        QCOMPARE(virtualBytesOf(merged), virtualBytesOf(files.first()));
        QCOMPARE(backingOf(merged),
            layers > count ? files[count]
            : hasBase      ? path(u"base"_s)
                           : QString());
        QVERIFY2(QFileInfo(merged).size() < 36 << 20, "only what they hold");
    }

    void whatIsNoDiskIsNotMerged()
    {
        write(u"none"_s, "none");
        QCOMPARE(mergeCommands(m_qemuImg, {.files = {path(u"none"_s), path(u"none"_s)}, .path = {}})
                     .error()
                     .kind,
            Error::Kind::Io);
        QVERIFY(!mergeCommands(m_qemuImg, {}));
    }

    void aHeaderThatLiesIsNoDisk_data()
    {
        QTest::addColumn<QByteArray>("header");
        const auto header = [](quint64 offset, quint32 size) {
            QByteArray bytes("QFI\xfb\0\0\0\3", 8);
            QDataStream stream(&bytes, QIODevice::Append);
            stream << offset << size << qint32(16) << qint64(1 << 30);
            return bytes;
        };
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut short") << QByteArray("QFI\xfb\0\0", 6);
        QTest::newRow("another magic") << QByteArray(64, 'x');
        QTest::newRow("name behind the end") << header(1 << 20, 5);
        QTest::newRow("name far behind the end") << header(~quint64(0), 5);
        QTest::newRow("name without an end") << header(8, ~quint32(0));
    }

    void aHeaderThatLiesIsNoDisk()
    {
        QFETCH(QByteArray, header);
        write(u"lying.qcow2"_s, header);

        QVERIFY(backingOf(path(u"lying.qcow2"_s)).isEmpty());
    }

    void leavesAnExistingFileAlone()
    {
        write(u"work.qcow2"_s, "precious");

        const auto result = settled(createDisk(m_qemuImg, path(u"work.qcow2"_s), 1 << 20));

        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::Io);
        QCOMPARE(QFileInfo(path(u"work.qcow2"_s)).size(), 8);
    }

    void tellsWhatWentWrong()
    {
        QCOMPARE(
            settled(createOverlay(m_qemuImg, {.path = path(u"a"_s), .basePath = path(u"none"_s)}))
                .error()
                .kind,
            Error::Kind::ImageMissing);
        QCOMPARE(
            settled(createDisk({}, path(u"a"_s), 1 << 20)).error().kind, Error::Kind::QemuMissing);
        const auto nowhere = settled(createDisk(m_qemuImg, path(u"no/such/folder"_s), 1 << 20));
        QCOMPARE(nowhere.error().kind, Error::Kind::ProcessFailed);
        QVERIFY(nowhere.error().detail.contains(u"No such file"_s));
    }

    void joinsPartsOfAnInitrdAtAlignedOffsets()
    {
        write(u"modules.cpio"_s, "12345");
        write(u"guest.cpio"_s, "abc");
        const QStringList parts{path(u"modules.cpio"_s), path(u"guest.cpio"_s)};

        const auto first = settled(initrdFrom(parts, path(u"cache"_s)));
        const auto second = settled(initrdFrom(parts, path(u"cache"_s)));

        QVERIFY(first && second);
        QFile file(*first);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("12345\0\0\0abc\0", 12));
        QCOMPARE(*first, *second);
    }

    void readsThePartsOnlyOnceWhileTheyStayAsTheyAre()
    {
        write(u"modules.cpio"_s, "12345");
        write(u"guest.cpio"_s, "abc");
        const QStringList parts{path(u"modules.cpio"_s), path(u"guest.cpio"_s)};
        const auto longAgo = QDateTime::currentDateTime().addDays(-1);
        for (const auto &part : parts) {
            QFile file(part);
            QVERIFY(file.open(QIODevice::ReadWrite) &&
                    file.setFileTime(longAgo, QFileDevice::FileModificationTime));
        }
        const auto first = settled(initrdFrom(parts, path(u"cache"_s)));
        QVERIFY(first);

        // Only who does not look at the parts takes this for theirs.
        const auto other = path(u"cache/initrd-0000000000000000.cpio"_s);
        QVERIFY(QFile::rename(*first, other));
        QFile last(path(u"cache/last"_s));
        QVERIFY(last.open(QIODevice::ReadWrite));
        last.write("initrd-0000000000000000.cpio");
        last.close();
        QCOMPARE(settled(initrdFrom(parts, path(u"cache"_s))).value(), other);

        write(u"guest.cpio"_s, "abc");
        QCOMPARE(settled(initrdFrom(parts, path(u"cache"_s))).value(), *first);
    }

    void makesAnotherInitrdWhenAPartChanges()
    {
        write(u"modules.cpio"_s, "12345");
        write(u"guest.cpio"_s, "abc");
        const QStringList parts{path(u"modules.cpio"_s), path(u"guest.cpio"_s)};
        const auto first = settled(initrdFrom(parts, path(u"cache"_s)));
        write(u"guest.cpio"_s, "abd");

        const auto second = settled(initrdFrom(parts, path(u"cache"_s)));

        QVERIFY(first && second);
        QVERIFY(*first != *second);
    }

    void namesTheInitrdPartThatIsMissing()
    {
        const auto result = settled(initrdFrom({path(u"a"_s), path(u"b"_s)}, path(u"cache"_s)));

        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::ImageMissing);
        QVERIFY(result.error().detail.startsWith(path(u"a"_s)));
    }

private:
    [[nodiscard]] QString path(const QString &name) const { return m_directory->filePath(name); }

    void write(const QString &name, const QByteArray &content)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    /// Runs commands of qemu-io on a disk.
    static bool fill(const QString &disk, const QStringList &commands)
    {
        QStringList arguments;
        for (const auto &command : commands)
            arguments << u"-c"_s << command;
        const auto run = settled(
            runProgram({.program = u"qemu-io"_s, .arguments = arguments + QStringList{disk}}, 20s));
        return run && run->exitCode == 0 && !run->output.contains("failed");
    }

    bool rebased(const QString &file, const QString &base) const
    {
        const QStringList arguments{u"rebase"_s, u"-u"_s, u"-b"_s, base, u"-F"_s, u"qcow2"_s, file};
        const auto run = settled(runProgram({.program = m_qemuImg, .arguments = arguments}, 10s));
        return run && run->exitCode == 0;
    }

    bool isEqual(const QString &one, const QString &other) const
    {
        const auto run = settled(
            runProgram({.program = m_qemuImg, .arguments = {u"compare"_s, one, other}}, 20s));
        return run && run->exitCode == 0;
    }

    QJsonObject infoOf(const QString &file)
    {
        const auto run = settled(runProgram(
            {.program = m_qemuImg, .arguments = {u"info"_s, u"--output=json"_s, file}}, 10s));
        return run ? QJsonDocument::fromJson(run->output).object() : QJsonObject();
    }

    std::optional<QTemporaryDir> m_directory;
    QString m_qemuImg;
};

QTEST_GUILESS_MAIN(TestDisks)
#include "tst_disks.moc"
