#include "tests/vmm/probe_machine.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/program.h"
#include "vmm/snapshot/live_snapshot.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

class TestLiveSnapshot : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto found = ProbeMachine::find(m_cache.filePath(u"cache"_s));
        QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
        m_probe = *found;
    }
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        for (const auto &name : {u"root"_s, u"work"_s})
            QVERIFY(settled(createDisk(m_probe.host.qemuImg, file(name), 64 << 20)));
    }

    void aMachineGoesOnAndSoDoesWhatWasSaved()
    {
        auto running = machine(u"one"_s, {});
        QVERIFY(settled(running->start()));
        QStringList below;
        for (const int number : {1, 2}) { // the second lies over the first
            QVERIFY(makeOverlays(number));
            bool moved = false;
            LiveSnapshot snapshot(*running, request(number, [&] {
                moved = true;
                return Result<>();
            }));

            const auto taken = settled(snapshot.run());

            QVERIFY2(taken, taken ? "" : qPrintable(taken.error().detail));
            QVERIFY(moved && snapshot.hasMoved());
            QCOMPARE(running->state(), Machine::State::Running);
            QVERIFY2(snapshot.pause() > 0ms && snapshot.pause() < 5s,
                qPrintable(QString::number(snapshot.pause().count())));
            qInfo("stood still for %lld ms", qint64(snapshot.pause().count()));
        }
        QCOMPARE(running->nodes().of(u"work"_s).size(), 3);
        QVERIFY(isAsKnown(*running));
        const auto read =
            settled(runProgram({.program = m_probe.host.qemuImg,
                                   .arguments = {u"check"_s, u"-q"_s, file(u"work.1"_s)}},
                10s));
        QVERIFY2(
            read && read->exitCode == 0, read ? qPrintable(read->errors) : ""); // no lock is left
        QCOMPARE(toString(settled(running->awaitExit(60s))->reason), u"poweredOff"_s);

        for (const int number : {1, 2}) {
            auto saved = machine(u"again-%1"_s.arg(number), file(u"state.%1"_s.arg(number)));
            const auto started = settled(saved->start());
            QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
            const auto exit = settled(saved->awaitExit(60s));
            QVERIFY2(exit->reason == MachineExit::Reason::PoweredOff,
                qPrintable(exit->errorText + QString::fromUtf8(exit->consoleTail)));
            QVERIFY(saved->consoleTail().contains(probeAnswer));
        }
    }

    void aMachineThatCannotBeSavedGoesOnWithItsDisks()
    {
        auto running = machine(u"one"_s, {});
        QVERIFY(settled(running->start()));
        QVERIFY(makeOverlays(1));
        auto wish = request(1, [] { return Result<>(); });
        wish.state = file(u"missing/state"_s);
        LiveSnapshot snapshot(*running, wish);

        QVERIFY(!settled(snapshot.run()));

        QVERIFY(!snapshot.hasMoved());
        QCOMPARE(running->nodes().of(u"work"_s), QStringList{u"work"_s});
        QVERIFY(isAsKnown(*running));
        QCOMPARE(toString(settled(running->awaitExit(60s))->reason), u"poweredOff"_s);
    }

    void aFailureWhileItStandsStillLeavesNoState()
    {
        auto running = machine(u"one"_s, {});
        QVERIFY(settled(running->start()));
        QVERIFY(makeOverlays(1));
        LiveSnapshot snapshot(*running, request(1, []() -> Result<> {
            return std::unexpected(Error{.kind = Error::Kind::Io, .detail = u"told so"_s});
        }));

        const auto taken = settled(snapshot.run());

        QVERIFY(!taken);
        QCOMPARE(taken.error().detail, u"told so"_s);
        QVERIFY(snapshot.hasMoved());
        QVERIFY(!QFileInfo::exists(file(u"state.1"_s)));
        QTRY_COMPARE_WITH_TIMEOUT(running->state(), Machine::State::Running, 10000);
        QCOMPARE(toString(settled(running->awaitExit(60s))->reason), u"poweredOff"_s);
    }

private:
    QString file(const QString &name) const { return m_directory->filePath(name); }

    std::unique_ptr<Machine> machine(const QString &name, const QString &state)
    {
        MachineSpec spec = m_probe.spec;
        spec.name = name;
        for (const auto &disk : {u"root"_s, u"work"_s})
            spec.disks << DiskSpec{.name = disk, .path = file(disk)};
        if (!state.isEmpty())
            spec.start = {.from = StartSpec::From::State, .state = state};
        return std::make_unique<Machine>(
            spec, m_probe.host, Machine::Places{.runDirectory = file(u"run-"_s + name)});
    }

    bool makeOverlays(int number)
    {
        for (const auto &disk : {u"root"_s, u"work"_s}) {
            const auto path = u"%1.%2"_s.arg(disk).arg(number);
            if (!settled(createOverlay(
                    m_probe.host.qemuImg, {.path = file(path), .basePath = file(disk)})))
                return false;
        }
        return true;
    }

    LiveSnapshot::Request request(int number, std::function<Result<>()> moved) const
    {
        LiveSnapshot::Request request{
            .state = file(u"state.%1"_s.arg(number)), .overlays = {}, .moved = std::move(moved)};
        for (const auto &disk : {u"root"_s, u"work"_s})
            request.overlays.append({disk, file(u"%1.%2"_s.arg(disk).arg(number))});
        return request;
    }

    static bool isAsKnown(Machine &machine)
    {
        const auto blocks =
            settled(machine.monitor()->execute({.name = u"query-block"_s, .arguments = {}}));
        return blocks && machine.nodes().compare(*blocks);
    }

    std::optional<QTemporaryDir> m_directory;
    QTemporaryDir m_cache;
    ProbeMachine m_probe;
};

QTEST_GUILESS_MAIN(TestLiveSnapshot)
#include "tst_live_snapshot.moc"
