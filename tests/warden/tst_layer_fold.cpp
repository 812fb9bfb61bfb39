#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/layer_fold.h"
#include "core/warden/layer_merge.h"
#include "core/warden/machine_plan.h"
#include "core/warden/new_layer.h"
#include "core/warden/snapshot_store.h"
#include "tests/settled.h"
#include "vmm/image/disk_merge.h"
#include "vmm/image/disk_overlay.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace core;

/// Which layers become one, and what a start makes of that when it was broken off. With the real
/// qemu-img, and a sandbox that is off.
class TestLayerFold : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_directory.emplace();
        m_qemuImg = QStandardPaths::findExecutable(u"qemu-img"_s);
        for (const auto &disk : diskNames())
            QVERIFY(settled(vmm::createDisk(m_qemuImg, layers().file(0, disk), 16 << 20)));
        QVERIFY(write(0));
    }

    void layersFoldWhereNothingNeedsThem_data()
    {
        QTest::addColumn<QList<int>>("present");
        QTest::addColumn<QList<QList<int>>>("others");
        QTest::addColumn<QList<int>>("off");     // layer, into
        QTest::addColumn<QList<int>>("running"); // the same
        using Chain = QList<int>;
        using Chains = QList<QList<int>>;
        QTest::newRow("short enough") << Chain{1, 0} << Chains{} << Chain{} << Chain{};
        QTest::newRow("the lowest") << Chain{2, 1, 0} << Chains{} << Chain{0, 1} << Chain{0, 1};
        QTest::newRow("a moment stays") << Chain{2, 1, 0} << Chains{{0}} << Chain{1, 2} << Chain{};
        QTest::newRow("all are moments")
            << Chain{2, 1, 0} << Chains{{0}, {1, 0}} << Chain{} << Chain{};
        QTest::newRow("into a moment")
            << Chain{2, 1, 0} << Chains{{1, 0}} << Chain{0, 1} << Chain{0, 1};
        QTest::newRow("two lie over it")
            << Chain{3, 1, 0} << Chains{{2, 1, 0}} << Chain{0, 1} << Chain{0, 1};
        QTest::newRow("two lie over all of it")
            << Chain{3, 1, 0} << Chains{{2, 1, 0}, {0}} << Chain{} << Chain{};
        QTest::newRow("of another chain only")
            << Chain{4, 3, 0} << Chains{{2, 1, 0}, {0}} << Chain{3, 4} << Chain{};
    }
    void layersFoldWhereNothingNeedsThem()
    {
        QFETCH(QList<int>, present);
        QFETCH(QList<QList<int>>, others);
        QFETCH(QList<int>, off);
        QFETCH(QList<int>, running);
        FoldFacts facts{.present = present, .others = others, .most = 2};
        QCOMPARE(pairOf(nextFold(facts)), off);
        facts.top = FoldFacts::Top::Stays;
        QCOMPARE(pairOf(nextFold(facts)), running);
    }

    void theCheapestStepComesFirst()
    {
        FoldFacts facts{.present = {4, 3, 2, 1, 0},
            .others = {{4, 3, 2, 1, 0}},
            .most = 2,
            .bytes = {{4, 9}, {3, 4}, {2, 3}, {1, 5}, {0, 900}},
            .top = FoldFacts::Top::Stays};
        QCOMPARE(pairOf(nextFold(facts)), (QList<int>{2, 3}));
        facts.bytes[1] = 1;
        QCOMPARE(pairOf(nextFold(facts)), (QList<int>{1, 2}));
    }

    void aChainIsLongerWhereMoreSnapshotsAreKept()
    {
        QList<int> present;
        QList<QList<int>> others;
        QCOMPARE(longestChain({0}, {}), 8);
        for (int layer = 0; layer < 30; ++layer) {
            present.prepend(layer);
            others << present;
        }
        QCOMPARE(longestChain(present, {others[1], others[7], {40, 1, 0}}), 8);
        QCOMPARE(longestChain(present, others.mid(0, 9)), 14);
        QCOMPARE(longestChain(present, others), 18);
    }

    /// As by the hour: whatever is kept, no chain grows for ever.
    void aChainStaysShort_data()
    {
        QTest::addColumn<int>("kept");
        QTest::addColumn<int>("longest");
        QTest::newRow("the newest") << 1 << 9;
        QTest::newRow("some") << 4 << 10;
        QTest::newRow("as many as there may be") << 14 << 19;
    }
    void aChainStaysShort()
    {
        QFETCH(int, kept);
        QFETCH(int, longest);
        QList<int> present{0};
        QHash<int, qint64> bytes{{0, 1000}};
        QList<QList<int>> snapshots;
        int last = 0;
        qint64 copied = 0;
        for (int hour = 0; hour < 500; ++hour) {
            bytes[present.first()] = present == QList<int>{0} ? 1000 : 10;
            snapshots << present;
            present.prepend(++last);
            while (snapshots.size() > kept)
                snapshots.removeFirst();
            QVERIFY(present.size() <= longest);
            const auto next = [&] {
                return nextFold({.present = present,
                    .others = snapshots,
                    .most = longestChain(present, snapshots),
                    .bytes = bytes,
                    .top = FoldFacts::Top::Stays});
            };
            while (const auto fold = next()) {
                const int merged = ++last;
                bytes[merged] = bytes[fold->into] + bytes[fold->layer];
                copied += bytes[merged];
                present = withMerged(present, fold->into, fold->layer, merged);
                for (auto &chain : snapshots)
                    chain = withMerged(chain, fold->into, fold->layer, merged);
            }
        }
        // 10 come in each hour; were the lowest layer copied each time, it would be 1.7 million.
        QVERIFY2(copied < 350'000, qPrintable(QString::number(copied)));
    }

    void oneLayerTakesThePlaceOfTwo()
    {
        QCOMPARE(withMerged({5, 4, 3, 0}, 4, 3, 9), (QList<int>{5, 9, 0}));
        QCOMPARE(withMerged({4, 3}, 4, 3, 9), QList<int>{9});
        QCOMPARE(withMerged({5, 4, 2}, 4, 3, 9), (QList<int>{5, 4, 2}));
        QCOMPARE(withMerged({3, 0}, 4, 3, 9), (QList<int>{3, 0}));
        QCOMPARE(withMerged({4}, 4, 3, 9), QList<int>{4});
    }

    void aLongChainIsFoldedAndHoldsTheSame()
    {
        for (int i = 0; i < 12; ++i)
            QVERIFY(addLayer(i == 4 || i == 10));
        const auto before = read(*layers().chain());
        const auto kept = snapshotFiles();

        QVERIFY(settled(foldLayers(&m_context, m_qemuImg, path())));

        const auto chain = *layers().chain();
        QCOMPARE(chain.size(), 8);
        QCOMPARE(read(chain), before);
        QCOMPARE(snapshotFiles(), kept);
        QCOMPARE(layersThere(), chain.size()); // the others are gone
        QVERIFY(!QDir(path(u"layers/.merged"_s)).exists());
        QVERIFY(addLayer(false)); // over a file whose header names what is gone
        QCOMPARE(read(*layers().chain()).size(), before.size());
    }

    void whatIsBrokenOffLosesNothing_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("while it is made") << 0;
        QTest::newRow("before a list names it") << 1;
        QTest::newRow("between the lists") << 2;
        QTest::newRow("before the others are gone") << 3;
    }
    void whatIsBrokenOffLosesNothing()
    {
        QFETCH(int, steps);
        for (int i = 0; i < 3; ++i)
            QVERIFY(addLayer(i == 1));
        const auto before = read(*layers().chain());
        const auto kept = snapshotFiles();
        const LayerFold fold{.layer = 0, .into = 1}; // a snapshot's moment
        QVERIFY(settled(
            mergeLayers(&m_context, {.program = {m_qemuImg}, .sandboxDirectory = path()}, fold)));
        QCOMPARE(*layers().chain(), (QList<int>{3, 2, 1, 0}));
        if (steps == 3) {
            QVERIFY(adoptMerged(path(), fold));
        } else if (steps > 0) {
            const auto number = layers().adoptMerged();
            QVERIFY(number);
            if (steps > 1)
                QVERIFY(store().replaceLayers(fold.into, fold.layer, *number));
        }

        store().sweepAll(); // as every start does

        QVERIFY(!QDir(path(u"layers/.merged"_s)).exists());
        QCOMPARE(read(*layers().chain()), before);
        QCOMPARE(snapshotFiles(), kept);
        QCOMPARE(*layers().chain(), (steps == 3 ? QList<int>{3, 2, 4} : QList<int>{3, 2, 1, 0}));
        QCOMPARE(store().open(u"s2"_s)->layers, (steps >= 2 ? QList<int>{4} : QList<int>{1, 0}));
        QCOMPARE(layersThere(), steps == 2 ? 5 : steps == 3 ? 3 : 4);
    }

    void whatFailsLeavesThemAsTheyAre()
    {
        for (int i = 0; i < 9; ++i)
            QVERIFY(addLayer(false));
        const auto chain = *layers().chain();

        QVERIFY(!settled(foldLayers(&m_context, u"/no/such/program"_s, path())));

        QCOMPARE(*layers().chain(), chain);
        QVERIFY(!QDir(path(u"layers/.merged"_s)).exists());
        QCOMPARE(layersThere(), chain.size());
    }

private:
    QString path(const QString &name = {}) const
    {
        return name.isEmpty() ? m_directory->path() : m_directory->filePath(name);
    }
    SnapshotStore store() const { return SnapshotStore(path()); }
    DiskLayers layers() const { return DiskLayers(path()); }

    static QList<int> pairOf(const std::optional<LayerFold> &fold)
    {
        return fold ? QList<int>{fold->layer, fold->into} : QList<int>();
    }

    /// The present layer gets something of its own, and something that a later one hides.
    bool write(int number)
    {
        for (const auto &disk : diskNames()) {
            const auto name = vmm::chainName(layers().files(disk));
            const QStringList arguments{u"-c"_s,
                u"write -q -P %1 %2k 64k"_s.arg(1 + number).arg(64 * number),
                u"-c"_s,
                u"write -q -P %1 4M 64k"_s.arg(101 + number),
                name};
            if (QProcess::execute(u"qemu-io"_s, arguments) != 0)
                return false;
        }
        return true;
    }

    /// What a running sandbox does when it is saved.
    bool addLayer(bool keepSnapshot)
    {
        const auto below = *layers().chain();
        const auto layer = settled(makeLayer(&m_context, m_qemuImg, path(), below));
        if (!layer || !layers().prepare(QList<int>{*layer} + below) || !layers().commit())
            return false;
        const auto name = u"s%1"_s.arg(*layer);
        if (keepSnapshot) {
            const auto state = store().begin(name);
            if (!state || !writeFile(*state, "memory") ||
                !store().keep(
                    {.name = name, .layers = below, .machine = {}, .settings = settings()}, {}))
                return false;
        }
        return write(*layer);
    }
    static SandboxSettings settings()
    {
        SandboxSettings settings;
        settings.id = SandboxId{u"a1b2c3d4"_s};
        settings.name = u"one"_s;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/one"_s;
        settings.machineType = u"pc-q35-10.0"_s;
        return settings;
    }

    /// All that the disks of a chain hold.
    QByteArray read(const QList<int> &chain) const
    {
        QByteArray all;
        for (const auto &disk : diskNames()) {
            const auto raw = path(u"raw"_s);
            if (QProcess::execute(m_qemuImg,
                    {u"convert"_s,
                        u"-O"_s,
                        u"raw"_s,
                        vmm::chainName(layers().files(chain, disk)),
                        raw}) != 0)
                return {};
            QFile file(raw);
            if (file.open(QFile::ReadOnly))
                all += file.readAll();
        }
        return all;
    }
    QList<QByteArray> snapshotFiles() const
    {
        QList<QByteArray> all;
        for (const auto &name : store().names())
            all << read(store().open(name)->layers);
        return all;
    }
    qsizetype layersThere() const
    {
        const auto numbered = QDir(path(u"layers"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        return numbered.size() + int(QFile::exists(layers().file(0, u"root"_s)));
    }

    std::optional<QTemporaryDir> m_directory;
    QString m_qemuImg;
    QObject m_context;
};

QTEST_GUILESS_MAIN(TestLayerFold)
#include "tst_layer_fold.moc"
