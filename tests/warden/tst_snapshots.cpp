#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/automatic_snapshots.h"
#include "core/warden/restoring.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/suspend_image.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace core;

/// What a snapshot is on the disk, and what a start makes of one that was broken off.
class TestSnapshots : public QObject
{
    Q_OBJECT

private:
    std::optional<QTemporaryDir> m_directory;

    [[nodiscard]] QString path(const QString &name = {}) const
    {
        return name.isEmpty() ? m_directory->path() : m_directory->filePath(name);
    }
    [[nodiscard]] SnapshotStore store() const { return SnapshotStore(path()); }
    [[nodiscard]] DiskLayers layers() const { return DiskLayers(path()); }

    static SandboxSettings settings(int memoryMiB)
    {
        SandboxSettings settings;
        settings.id = SandboxId{u"a1b2c3d4"_s};
        settings.name = u"one"_s;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/one"_s;
        settings.memoryMiB = memoryMiB;
        settings.machineType = u"pc-q35-10.0"_s;
        return settings;
    }
    void writeSettings(const SandboxSettings &settings) const
    {
        QVERIFY(writeFile(path(u"sandbox.json"_s), QJsonDocument(toJson(settings)).toJson()));
    }
    [[nodiscard]] SandboxSettings readSettings() const
    {
        QFile file(path(u"sandbox.json"_s));
        return file.open(QFile::ReadOnly)
                   ? settingsFromJson(QJsonDocument::fromJson(file.readAll()).object())
                         .value_or(SandboxSettings())
                   : SandboxSettings();
    }

    /// A new layer that nobody names yet.
    int addLayer() const
    {
        const auto layer = layers().make();
        for (const auto &disk : {u"root"_s, u"docker"_s, u"work"_s})
            if (!layer || !writeFile(layers().file(*layer, disk), "disk"))
                return -1;
        return *layer;
    }
    /// What a running sandbox does: the disks move on, and the snapshot names what lies below.
    void take(const QString &name,
        SnapshotReason reason = SnapshotReason::Asked,
        const QByteArray &memory = "memory")
    {
        const auto below = *layers().chain();
        const int layer = addLayer();
        QVERIFY(layers().prepare(QList<int>{layer} + below));
        QVERIFY(layers().commit());
        const auto state = store().begin(name);
        QVERIFY(state && writeFile(*state, memory));
        QVERIFY(store().keep({.name = name,
                                 .atMs = ++m_clock,
                                 .reason = reason,
                                 .pauseMs = 40,
                                 .layers = below,
                                 .machine = {{u"qemu"_s, u"10.0"_s}},
                                 .settings = settings(2048)},
            {{u"nextId"_s, 3}}));
    }
    qint64 m_clock = 0;

private slots:
    void init()
    {
        m_directory.emplace();
        m_clock = 0;
        writeSettings(settings(4096));
        for (const auto &disk : {u"root"_s, u"docker"_s, u"work"_s})
            QVERIFY(writeFile(layers().file(0, disk), "disk"));
    }

    void theDisksAreLayersThatAListNames()
    {
        QCOMPARE(layers().chain(), (QList<int>{0}));
        QCOMPARE(layers().files(u"root"_s), QStringList{path(u"root.qcow2"_s)});
        take(u"s1"_s);
        take(u"s2"_s);
        QCOMPARE(layers().chain(), (QList<int>{2, 1, 0}));
        QCOMPARE(layers().files(u"work"_s).first(), path(u"layers/2/work.qcow2"_s));

        QVERIFY(writeFile(path(u"layers/chain.json"_s), "{}"));
        QCOMPARE(layers().chain().error().kind, Error::Kind::BadConfiguration);
    }

    void aLayerThatNobodyNamesGoes()
    {
        take(u"s1"_s);
        const int made = addLayer(); // broken off before the list named it
        QVERIFY(layers().prepare({made, 1, 0}));
        QVERIFY(store().begin(u"s2"_s));

        store().sweepAll();

        QVERIFY(!QDir(layers().directory(made)).exists());
        QCOMPARE(layers().chain(), (QList<int>{1, 0}));
        QVERIFY(QFile::exists(layers().file(1, u"root"_s)));
        QCOMPARE(QDir(path(u"snapshots"_s))
                     .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
            QStringList{u"s1"_s});
    }

    void oneIsListedAsItWasTaken()
    {
        take(u"s1"_s);
        take(u"auto"_s, SnapshotReason::Prompt);
        const auto list = store().list();
        QCOMPARE(list.size(), 2);
        QCOMPARE(list[0].name, u"s1"_s);
        QVERIFY(list[1].reason == SnapshotReason::Prompt);
        QCOMPARE(list[1].pauseMs, 40);
        QVERIFY(list[0].fits && list[0].bytes > 0);
        QCOMPARE(snapshotFromJson(toJson(list[1])), list[1]);
        QCOMPARE(store().open(u"none"_s).error().kind, Error::Kind::Usage);
        QCOMPARE(store().open(u"../s1"_s).error().kind, Error::Kind::Usage);
    }

    void aDamagedOneIsListedAndHoldsTheLayers()
    {
        take(u"s1"_s);
        take(u"s2"_s);
        QVERIFY(writeFile(path(u"snapshots/s1/snapshot.json"_s), "{"));
        QVERIFY(store().list()[0].damaged || store().list()[1].damaged);
        QCOMPARE(store().open(u"s1"_s).error().kind, Error::Kind::Failed);
        const int made = addLayer();

        store().sweep();
        QVERIFY(QDir(layers().directory(made)).exists());
        QVERIFY(store().remove(u"s1"_s));
        QVERIFY(!QDir(layers().directory(made)).exists());
        QVERIFY(store().open(u"s2"_s));
    }

    void aRestoreBringsBackAllAndCanBeUndone()
    {
        QVERIFY(writeFile(path(u"agent-files"_s), "then"));
        take(u"s1"_s);
        QVERIFY(writeFile(path(u"agent-files"_s), "now"));
        const int layer = addLayer();
        const Restoring restoring(path());
        QVERIFY(restoring.begin(u"s1"_s, layer));
        QVERIFY(restoring.isBegun());

        QVERIFY(restoring.finish());

        QVERIFY(!restoring.isBegun());
        QCOMPARE(layers().chain(), (QList<int>{layer, 0}));
        QVERIFY(SuspendImage::isThere(path()));
        QCOMPARE(SuspendImage(path()).terminals().value("nextId"_L1).toInt(), 3);
        QCOMPARE(SuspendImage(path()).machine(), (QJsonObject{{u"qemu"_s, u"10.0"_s}}));
        QVERIFY(Restoring::isUnsettled(path()));
        QCOMPARE(readSettings().memoryMiB, 2048);
        QCOMPARE(readSettings().nextMemoryMiB, 4096);
        QFile known(path(u"agent-files"_s));
        QVERIFY(known.open(QFile::ReadOnly));
        QCOMPARE(known.readAll(), QByteArray("then"));
        QVERIFY(QFile::exists(store().state(u"s1"_s))); // for the next time
        store().sweep();
        QVERIFY(!QDir(layers().directory(1)).exists()); // what was, and nobody kept
        Restoring::settle(path());
        QVERIFY(!Restoring::isUnsettled(path()));
    }

    void aRestoreThatWasBrokenOffIsFinished()
    {
        take(u"s1"_s);
        const int layer = addLayer();
        const Restoring restoring(path());
        for (int step = 0; step < 3; ++step) { // any number of its steps may have been done
            QVERIFY(restoring.begin(u"s1"_s, layer));
            if (step == 2)
                SuspendImage(path()).discard();
            QVERIFY(restoring.finish());
            QCOMPARE(layers().chain(), (QList<int>{layer, 0}));
            QCOMPARE(readSettings().memoryMiB, 2048);
            QCOMPARE(readSettings().nextMemoryMiB, 4096);
            QVERIFY(SuspendImage::isThere(path()));
        }
    }

    void aRestoreWithoutItsSnapshotIsGivenUp()
    {
        take(u"s1"_s);
        const Restoring restoring(path());
        QVERIFY(restoring.begin(u"s1"_s, addLayer()));
        QVERIFY(QDir(path(u"snapshots/s1"_s)).removeRecursively());

        QVERIFY(!restoring.finish());

        QVERIFY(!restoring.isBegun());
        QCOMPARE(layers().chain(), (QList<int>{1, 0}));
        QCOMPARE(readSettings().memoryMiB, 4096);
    }

    void oneOfTheSameNameIsReplacedWhole()
    {
        take(u"before-restore"_s, SnapshotReason::Restore);
        take(u"before-restore"_s, SnapshotReason::Restore);
        QCOMPARE(store().list().size(), 1);
        QCOMPARE(store().open(u"before-restore"_s)->layers, (QList<int>{1, 0}));
    }

    void names()
    {
        for (const auto &name : {u"a"_s, u"s1"_s, u"Before-1.2_x"_s, QString(40, u'x')})
            QVERIFY2(isSnapshotName(name), qPrintable(name));
        for (const auto &name :
            {u""_s, u".new"_s, u"-x"_s, u"a/b"_s, u"a b"_s, u"a\n"_s, QString(41, u'x')})
            QVERIFY2(!isSnapshotName(name), qPrintable(name));
        QCOMPARE(freeSnapshotName({u"s1"_s, u"s3"_s}), u"s2"_s);
        QVERIFY(nameBeforeRestore(u"before-restore"_s) != "before-restore"_L1);
        QVERIFY(isSnapshotName(automaticName(0)));
    }

    void automaticOnesBeyondTheBudgetGo()
    {
        using enum SnapshotReason;
        const QList<SnapshotInfo> list{{.name = u"old"_s, .atMs = 1, .reason = Prompt, .bytes = 40},
            {.name = u"mine"_s, .atMs = 2, .bytes = 1000},
            {.name = u"new"_s, .atMs = 4, .reason = Restore, .bytes = 40},
            {.name = u"middle"_s, .atMs = 3, .reason = Hourly, .bytes = 40}};
        QCOMPARE(beyondBudget(list, 120), QStringList());
        QCOMPARE(beyondBudget(list, 119), QStringList{u"old"_s});
        QCOMPARE(beyondBudget(list, 40), (QStringList{u"old"_s, u"middle"_s}));
        QCOMPARE(beyondBudget(list, 0), (QStringList{u"old"_s, u"middle"_s}));
    }

    void automaticOnesBeyondWhatTheDisksHaveLayersForGo()
    {
        using enum SnapshotReason;
        QList<SnapshotInfo> list;
        for (int i = 0; i < 14; ++i)
            list << SnapshotInfo{.name = u"h%1"_s.arg(i), .atMs = i, .reason = Hourly, .bytes = 1};
        QCOMPARE(beyondBudget(list, 1000), QStringList());
        list << SnapshotInfo{.name = u"mine"_s, .atMs = 3, .bytes = 1}
             << SnapshotInfo{.name = u"mine-too"_s, .atMs = 4, .bytes = 1};
        QCOMPARE(beyondBudget(list, 1000), (QStringList{u"h0"_s, u"h1"_s}));
        for (int i = 0; i < 20; ++i)
            list << SnapshotInfo{.name = u"m%1"_s.arg(i), .atMs = 40 + i};
        QCOMPARE(beyondBudget(list, 1000).size(), 13); // the newest stays
    }

    void oneIsTakenByItselfWhenItIsDue()
    {
        AutomaticFacts facts{.nowMs = 120'000, .prompted = true, .changed = true};
        QVERIFY(dueSnapshot(facts) == std::nullopt);
        facts.beforePrompt = true;
        QVERIFY(dueSnapshot(facts) == std::optional(SnapshotReason::Prompt));
        facts.lastMs = 1;
        QVERIFY(dueSnapshot(facts) == std::nullopt);
        facts.everyMinutes = 2;
        QVERIFY(dueSnapshot(facts) == std::nullopt);
        facts.nowMs = 120'001;
        facts.prompted = false;
        QVERIFY(dueSnapshot(facts) == std::optional(SnapshotReason::Hourly));
        facts.changed = false;
        QVERIFY(dueSnapshot(facts) == std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestSnapshots)
#include "tst_snapshots.moc"
