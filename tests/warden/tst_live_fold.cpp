#include "core/sandbox/disk_layers.h"
#include "core/warden/live_fold.h"
#include "core/warden/machine_plan.h"
#include "core/warden/new_layer.h"
#include "core/warden/snapshot_store.h"
#include "tests/vmm/probe_machine.h"
#include "vmm/image/disk_merge.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/machine/machine.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <optional>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

/// The disks of a sandbox whose machine runs.
class TestLiveFold : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto found = ProbeMachine::find(m_cache.filePath(u"cache"_s));
        QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
        m_probe = *found;
    }

    /// Twelve layers; what the sixth lies over is a snapshot.
    void init()
    {
        m_mayRun = true;
        m_directory.emplace();
        for (const auto &disk : diskNames())
            QVERIFY(
                settled(vmm::createDisk(m_probe.host.qemuImg, layers().file(0, disk), 16 << 20)));
        QVERIFY(write(0));
        for (int i = 1; i < 12; ++i)
            QVERIFY(addLayer(i == 6));
        m_before = read(*layers().chain());
        auto spec = m_probe.spec;
        spec.name = u"one"_s;
        for (const auto &disk : diskNames()) {
            const auto files = layers().files(disk);
            spec.disks << vmm::DiskSpec{
                .name = disk, .path = files.first(), .layers = files.sliced(1)};
        }
        m_machine = std::make_unique<vmm::Machine>(
            spec, m_probe.host, vmm::Machine::Places{.runDirectory = path(u"run"_s)});
        const auto started = settled(m_machine->start());
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QVERIFY(settled(m_machine->pause())); // it would soon power off
        m_fold = std::make_unique<LiveFold>(LiveFold::Setup{.sandboxDirectory = path(),
            .qemuImg = slowQemuImg(),
            .machine = *m_machine,
            .mayRun = [this] { return m_mayRun; }});
    }
    void cleanup()
    {
        m_fold.reset();
        m_machine.reset();
    }

    void layersThatNobodyNeedsGoWhileItRuns()
    {
        QVERIFY(QFile::exists(layers().file(1, u"root"_s)));
        QVERIFY(
            ::link(qPrintable(layers().file(2, u"root"_s)), qPrintable(path(u"shared"_s))) == 0);
        const auto shared = QFileInfo(path(u"shared"_s)).size();
        QSignalSpy folded(m_fold.get(), &LiveFold::folded);

        m_fold->wake();

        QTRY_COMPARE_WITH_TIMEOUT(folded.size(), 4, 60000);
        const auto chain = *layers().chain();
        QCOMPARE(chain.size(), 8);
        QCOMPARE(chain.first(), 11);
        QCOMPARE(m_machine->nodes().of(u"work"_s).size(), 8);
        QCOMPARE(read(chain), m_before);
        const auto kept = store().open(u"s6"_s)->layers;
        QCOMPARE(chain.last(kept.size()), kept);
        QCOMPARE(QDir(path(u"layers"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() +
                     int(QFile::exists(layers().file(0, u"root"_s))),
            8);
        QCOMPARE(QFileInfo(path(u"shared"_s)).size(), shared); // another sandbox's too
        QVERIFY(settled(m_machine->resume()));
        QVERIFY(settled(m_machine->awaitExit(60s)));
        QCOMPARE(read(*layers().chain()), m_before);
    }

    void itGivesWay()
    {
        QSignalSpy folded(m_fold.get(), &LiveFold::folded);
        QVERIFY(hold());
        m_fold->wake();
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path(u"layers/.merged"_s)).exists(), 10000);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"QProcess: Destroyed while"_s));

        QVERIFY(m_fold->end(LiveFold::Ending::GiveUp).isFinished());

        QVERIFY(!QDir(path(u"layers/.merged"_s)).exists());
        QCOMPARE(layers().chain()->size(), 12);
        m_fold->wake();
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path(u"layers/.merged"_s)).exists(), 10000);
        const auto step = m_fold->end(LiveFold::Ending::Finish);
        m_mayRun = false;
        QVERIFY(!step.isFinished());
        letGo();
        QTRY_VERIFY_WITH_TIMEOUT(step.isFinished(), 30000);
        QCOMPARE(folded.size(), 1);
        QCOMPARE(layers().chain()->size(), 11);
        QCOMPARE(read(*layers().chain()), m_before);
    }

    void aMachineThatEndsLeavesThemAsTheyAre()
    {
        QSignalSpy folded(m_fold.get(), &LiveFold::folded);
        QVERIFY(hold());
        m_fold->wake();
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path(u"layers/.merged"_s)).exists(), 10000);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"^the disks keep their layers: "_s));

        m_machine->kill();
        QVERIFY(settled(m_machine->awaitExit(10s)));
        letGo();
        QVERIFY(settled(m_fold->end(LiveFold::Ending::Finish)));

        QCOMPARE(folded.size(), 0);
        QCOMPARE(layers().chain()->size(), 12);
        QCOMPARE(read(*layers().chain()), m_before);
    }

private:
    QString path(const QString &name = {}) const
    {
        return name.isEmpty() ? m_directory->path() : m_directory->filePath(name);
    }
    SnapshotStore store() const { return SnapshotStore(path()); }
    DiskLayers layers() const { return DiskLayers(path()); }

    /// The real one, which waits as long as it is held.
    QString slowQemuImg() const
    {
        const auto script =
            u"#!/bin/sh\nwhile [ -e '%1' ]; do sleep 0.05; done\nexec '%2' \"$@\"\n"_s;
        QFile file(path(u"qemu-img"_s));
        if (!file.open(QFile::WriteOnly) ||
            file.write(script.arg(path(u"hold"_s), m_probe.host.qemuImg).toUtf8()) < 0)
            return {};
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }
    bool hold() const { return QFile(path(u"hold"_s)).open(QFile::WriteOnly); }
    void letGo() const { QFile::remove(path(u"hold"_s)); }

    bool write(int number)
    {
        for (const auto &disk : diskNames()) {
            const QStringList arguments{u"-c"_s,
                u"write -q -P %1 %2k 64k"_s.arg(1 + number).arg(64 * number),
                u"-c"_s,
                u"write -q -P %1 4M 2M"_s.arg(101 + number),
                vmm::chainName(layers().files(disk))};
            if (QProcess::execute(u"qemu-io"_s, arguments) != 0)
                return false;
        }
        return true;
    }
    bool addLayer(bool keepSnapshot)
    {
        const auto below = *layers().chain();
        const auto layer = settled(makeLayer(&m_context, m_probe.host.qemuImg, path(), below));
        if (!layer || !layers().prepare(QList<int>{*layer} + below) || !layers().commit())
            return false;
        SandboxSettings settings;
        settings.id = SandboxId{u"a1b2c3d4"_s};
        settings.name = u"one"_s;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/one"_s;
        const auto name = u"s%1"_s.arg(*layer);
        if (keepSnapshot &&
            (!store().begin(name) ||
                !store().keep(
                    {.name = name, .layers = below, .machine = {}, .settings = settings}, {})))
            return false;
        return write(*layer);
    }
    QByteArray read(const QList<int> &chain) const
    {
        QByteArray all;
        for (const auto &disk : diskNames()) {
            const auto raw = path(u"raw"_s);
            const auto name = vmm::chainName(layers().files(chain, disk));
            const QStringList arguments{u"convert"_s, u"-U"_s, u"-O"_s, u"raw"_s, name, raw};
            QFile file(raw);
            if (QProcess::execute(m_probe.host.qemuImg, arguments) != 0 ||
                !file.open(QFile::ReadOnly))
                return {};
            all += file.readAll();
        }
        return all;
    }

    std::optional<QTemporaryDir> m_directory;
    QTemporaryDir m_cache;
    ProbeMachine m_probe;
    QObject m_context;
    QByteArray m_before;
    bool m_mayRun = true;
    std::unique_ptr<vmm::Machine> m_machine;
    std::unique_ptr<LiveFold> m_fold;
};

QTEST_GUILESS_MAIN(TestLiveFold)
#include "tst_live_fold.moc"
