#include "core/warden/disk_guard.h"
#include "core/warden/status_board.h"
#include "vmm/machine/disks.h"

#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 gibibyte = qint64(1) << 30;
constexpr qint64 mebibyte = qint64(1) << 20;

} // namespace

class TestDiskGuard : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void standsStillBelowTheFloor_data()
    {
        QTest::addColumn<qint64>("free");
        QTest::addColumn<qint64>("floor");
        QTest::addColumn<bool>("pauses");
        QTest::newRow("room") << 5 * gibibyte << 2 * gibibyte << false;
        QTest::newRow("at the floor") << 2 * gibibyte << 2 * gibibyte << false;
        QTest::newRow("below it") << 2 * gibibyte - 1 << 2 * gibibyte << true;
        QTest::newRow("no floor, no room") << qint64(0) << qint64(0) << false;
        QTest::newRow("cannot be told") << qint64(-1) << 2 * gibibyte << false;
    }
    void standsStillBelowTheFloor()
    {
        QFETCH(const qint64, free);
        QFETCH(const qint64, floor);
        QFETCH(const bool, pauses);

        QCOMPARE(mustPause({.free = free, .floor = floor}), pauses);
    }

    void goesOnWithMoreRoomThanItStoppedAt_data()
    {
        QTest::addColumn<qint64>("free");
        QTest::addColumn<qint64>("floor");
        QTest::addColumn<qint64>("freeAtFault");
        QTest::addColumn<bool>("goesOn");
        QTest::newRow("a little over the floor") << gibibyte + 1 << gibibyte << qint64(-1) << false;
        QTest::newRow("well over it")
            << gibibyte + 128 * mebibyte << gibibyte << qint64(-1) << true;
        QTest::newRow("full as before") << qint64(0) << qint64(0) << qint64(0) << false;
        QTest::newRow("room again") << 64 * mebibyte << qint64(0) << qint64(0) << true;
        QTest::newRow("a quota, unchanged") << 9 * gibibyte << gibibyte << 9 * gibibyte << false;
        QTest::newRow("cannot be told") << qint64(-1) << gibibyte << qint64(0) << true;
    }
    void goesOnWithMoreRoomThanItStoppedAt()
    {
        QFETCH(const qint64, free);
        QFETCH(const qint64, floor);
        QFETCH(const qint64, freeAtFault);
        QFETCH(const bool, goesOn);
        DiskRoom room{.free = free, .floor = floor};
        if (freeAtFault >= 0)
            room.freeAtFault = freeAtFault;

        QCOMPARE(mayGoOn(room), goesOn);
    }

    void readsWhatQemuTellsOfADisk()
    {
        const auto event = [](const QString &action, bool nospace) {
            return vmm::qmp::Event{.name = u"BLOCK_IO_ERROR"_s,
                .data = {{u"node-name"_s, u"docker"_s},
                    {u"action"_s, action},
                    {u"nospace"_s, nospace},
                    {u"reason"_s, u"No space left on device"_s}}};
        };

        const auto full = vmm::diskFault(event(u"stop"_s, true));

        QVERIFY(full);
        QCOMPARE(full->disk, u"docker"_s);
        QCOMPARE(full->reason, vmm::DiskFault::Reason::NoSpace);
        QCOMPARE(vmm::diskFault(event(u"stop"_s, false))->reason, vmm::DiskFault::Reason::Other);
        QVERIFY(!vmm::diskFault(event(u"report"_s, true)));
        QVERIFY(!vmm::diskFault({.name = u"STOP"_s}));
    }

    void aPauseEndsWhereTheSandboxStood()
    {
        StatusBoard board;
        board.enter(SandboxState::Syncing);

        board.pause({Error::Kind::NotEnoughDisk, u"full"_s});
        board.enter(SandboxState::Running); // told a moment too late
        QCOMPARE(toString(board.status().state), toString(SandboxState::Paused));
        QCOMPARE(board.status().failure->kind, Error::Kind::NotEnoughDisk);
        board.goOn();
        QCOMPARE(toString(board.status().state), toString(SandboxState::Running));
        QVERIFY(!board.status().failure);

        board.pause({Error::Kind::NotEnoughDisk, u"full"_s});
        board.enter(SandboxState::Stopping);
        board.goOn();
        QCOMPARE(toString(board.status().state), toString(SandboxState::Stopping));
    }
};

QTEST_GUILESS_MAIN(TestDiskGuard)
#include "tst_disk_guard.moc"
