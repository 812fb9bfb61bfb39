#include "core/warden/snapshot_store.h"
#include "tests/eventually.h"
#include "tests/ui/desk.h"

#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QRegularExpression>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace ui;

class TestSnapshots : public QObject
{
    Q_OBJECT

private:
    static QString directory(const core::SandboxId &id)
    {
        return FakeHome::paths().sandbox(id.value);
    }
    /// A stopped sandbox.
    static core::SandboxId made(const FakeHome &home, const QString &name)
    {
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(name), .initialPolicy = {}});
        return id.value_or(core::SandboxId());
    }
    static void keep(const core::SandboxId &id, const QString &name, core::SnapshotReason reason)
    {
        QFile disk(directory(id) + u"/root.qcow2"_s);
        QVERIFY(disk.open(QFile::WriteOnly));
        const core::SnapshotStore store(directory(id));
        QFile state(*store.begin(name));
        QVERIFY(state.open(QFile::WriteOnly));
        state.write(QByteArray(4096, 'x'));
        state.close();
        QVERIFY(store.keep({.name = name,
                               .atMs = 1'700'000'000'000,
                               .reason = reason,
                               .layers = {0},
                               .machine = {},
                               .settings = core::readSettings(FakeHome::paths(), id).value()},
            {}));
    }
    /// The snapshots page of a sandbox that runs.
    static core::SandboxId run(Desk &desk, const FakeHome &home, const QJsonObject &script = {})
    {
        const core::SandboxId id = made(home, u"api"_s);
        FakeHome::script(id, script);
        if (!QTest::qWaitFor([&desk] { return desk.window().currentPage(); }))
            qFatal("the window shows no sandbox");
        desk.click(u"headerStart"_s);
        if (!QTest::qWaitFor([&desk] { return isRunning(desk); }, 15'000))
            qFatal("the sandbox does not run");
        show(desk);
        return id;
    }
    static bool isRunning(Desk &desk)
    {
        return desk.window().currentPage()->status().state == core::SandboxState::Running;
    }
    /// As a user comes there without a mouse.
    static void show(Desk &desk)
    {
        QTest::keyClick(&desk.window(), Qt::Key_4, Qt::AltModifier);
        QVERIFY(desk.find<QWidget>(u"snapshotsPage"_s)->isVisible());
    }
    static QTreeWidget *list(Desk &desk) { return desk.find<QTreeWidget>(u"snapshotItems"_s); }
    static QStringList names(Desk &desk)
    {
        QStringList names;
        for (int row = 0; row < list(desk)->topLevelItemCount(); ++row)
            names << list(desk)->topLevelItem(row)->text(0);
        return names;
    }
    static void choose(Desk &desk, const QString &name)
    {
        list(desk)->setCurrentItem(list(desk)->findItems(name, Qt::MatchExactly).value(0));
        list(desk)->setFocus();
    }
    static QString state(Desk &desk) { return desk.find<QLabel>(u"snapshotState"_s)->text(); }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void takesTheFirstOne()
    {
        FakeHome home;
        Desk desk;
        run(desk, home);
        QVERIFY(desk.find<QLabel>(u"snapshotsEmpty"_s)->isVisible());
        QVERIFY(!list(desk)->isVisible());

        desk.click(u"snapshotTakeFirst"_s);
        QTest::keyClicks(desk.find<QLineEdit>(u"takeSnapshotName"_s), u"before-refactor"_s);
        QTest::keyClick(desk.find<QLineEdit>(u"takeSnapshotName"_s), Qt::Key_Return);

        QTRY_COMPARE(names(desk), QStringList{u"before-refactor"_s});
        QCOMPARE(state(desk), u"1 snapshot"_s);
        QVERIFY(list(desk)->isVisible());
        QCOMPARE(list(desk)->topLevelItem(0)->text(4), u"Taken by you"_s);
        QVERIFY(desk.find<QPushButton>(u"snapshotTake"_s)->isEnabled());
    }

    void takesNoNameThatCannotBe_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("good");
        QTest::newRow("none: one is made") << QString() << true;
        QTest::newRow("a plain one") << u"v1.2_x-3"_s << true;
        QTest::newRow("a blank in it") << u"a b"_s << false;
        QTest::newRow("a path") << u"../x"_s << false;
        QTest::newRow("a taken one") << u"s1"_s << false;
    }
    void takesNoNameThatCannotBe()
    {
        QFETCH(const QString, name);
        FakeHome home;
        Desk desk;
        keep(run(desk, home), u"s1"_s, core::SnapshotReason::Asked);
        desk.window().currentPage()->showPage(SandboxPage::Page::Log);
        show(desk); // looks again
        desk.click(u"snapshotTake"_s);

        QTest::keyClicks(desk.find<QLineEdit>(u"takeSnapshotName"_s), name);

        QTEST(desk.find<QPushButton>(u"takeSnapshotSure"_s)->isEnabled(), "good");
    }

    void tellsThatOneIsBeingTaken()
    {
        FakeHome home;
        Desk desk;
        run(desk, home, {{u"snapshotMs"_s, 1500}});

        desk.click(u"snapshotTakeFirst"_s);
        desk.click(u"takeSnapshotSure"_s);

        QTRY_COMPARE(state(desk), u"Taking the snapshot “s1”…"_s);
        QVERIFY(!desk.find<QPushButton>(u"snapshotTakeFirst"_s)->isEnabled());
        QTRY_COMPARE(names(desk), QStringList{u"s1"_s});
        QTRY_COMPARE(state(desk), u"1 snapshot"_s);
    }

    void restoresOnlyAfterSayingWhatHappens()
    {
        FakeHome home;
        Desk desk;
        const core::SandboxId id = run(desk, home);
        desk.click(u"snapshotTakeFirst"_s);
        desk.click(u"takeSnapshotSure"_s);
        QTRY_COMPARE(names(desk), QStringList{u"s1"_s});
        choose(desk, u"s1"_s);

        QTest::keyClick(list(desk), Qt::Key_Return);
        auto *box = desk.find<QMessageBox>(u"restoreBox"_s);
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(u"kept as the snapshot “before-restore”"_s));
        QVERIFY(box->informativeText().contains(u"stays as it is"_s));
        QTest::keyClick(box, Qt::Key_Return); // nothing happens by accident
        QTRY_VERIFY(!desk.find<QMessageBox>(u"restoreBox"_s));
        QVERIFY(!FakeHome::seen(id)[u"calls"].toArray().contains(u"stop"_s));

        desk.click(u"snapshotRestore"_s);
        desk.find<QMessageBox>(u"restoreBox"_s)
            ->findChild<QPushButton *>(u"restoreSure"_s)
            ->click();

        QTRY_COMPARE(names(desk), (QStringList{u"before-restore"_s, u"s1"_s}));
        QTRY_VERIFY(isRunning(desk) &&
                    FakeHome::seen(id)[u"calls"].toArray().first() == u"started"_s &&
                    !FakeHome::seen(id)[u"calls"].toArray().contains(u"stop"_s));
    }

    void removesWithTheKeyboard()
    {
        FakeHome home;
        Desk desk;
        const core::SandboxId id = made(home, u"api"_s);
        keep(id, u"old"_s, core::SnapshotReason::Asked);
        keep(id, u"older"_s, core::SnapshotReason::Hourly);
        QTRY_VERIFY(desk.window().currentPage());
        show(desk);
        QCOMPARE(state(desk), u"2 snapshots"_s);
        choose(desk, u"old"_s);

        QTest::keyClick(list(desk), Qt::Key_Delete);
        auto *box = desk.find<QMessageBox>(u"removeSnapshotBox"_s);
        QVERIFY(box);
        box->findChild<QPushButton *>(u"removeSnapshotSure"_s)->click();

        QTRY_COMPARE(names(desk), QStringList{u"older"_s});
    }

    void showsThoseOfAStoppedSandboxAndWhatIsDamaged()
    {
        FakeHome home;
        Desk desk;
        const core::SandboxId id = made(home, u"api"_s);
        keep(id, u"good"_s, core::SnapshotReason::Prompt);
        QVERIFY(QDir().mkpath(directory(id) + u"/snapshots/broken"_s));
        QTRY_VERIFY(desk.window().currentPage());
        show(desk);

        QVERIFY(!desk.find<QPushButton>(u"snapshotTake"_s)->isEnabled());
        QVERIFY(desk.find<QPushButton>(u"snapshotTake"_s)->toolTip().contains(u"runs"_s));
        choose(desk, u"good"_s);
        QVERIFY(desk.find<QPushButton>(u"snapshotRestore"_s)->isEnabled());
        QCOMPARE(list(desk)->currentItem()->text(4), u"Automatic, before a prompt"_s);
        choose(desk, u"broken"_s);
        QCOMPARE(list(desk)->currentItem()->text(4), u"Damaged: it can only be removed"_s);
        QVERIFY(!desk.find<QPushButton>(u"snapshotRestore"_s)->isEnabled());
        QTest::keyClick(list(desk), Qt::Key_Return);
        QVERIFY(!desk.find<QMessageBox>(u"restoreBox"_s));
        QVERIFY(desk.find<QPushButton>(u"snapshotRemove"_s)->isEnabled());
    }

    void canBeUsedWithTheKeyboardAloneAndBeSpoken()
    {
        FakeHome home;
        Desk desk;
        keep(run(desk, home), u"s1"_s, core::SnapshotReason::Asked);
        desk.window().currentPage()->showPage(SandboxPage::Page::Log);
        show(desk);
        QSet<QWidget *> reached;
        desk.find<QWidget>(u"sandboxes"_s)->setFocus();
        for (int step = 0; step < 40; ++step) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        for (const auto *name :
            {"snapshotTake", "snapshotItems", "snapshotRestore", "snapshotRemove"})
            QVERIFY2(reached.contains(desk.find<QWidget>(QString::fromLatin1(name))), name);
        QVERIFY(!list(desk)->accessibleName().isEmpty());
        for (const auto *name : {"snapshotTake", "snapshotRestore", "snapshotRemove"})
            QVERIFY2(!desk.find<QPushButton>(QString::fromLatin1(name))->toolTip().isEmpty(), name);
    }
};

QTEST_MAIN(TestSnapshots)
#include "tst_snapshots.moc"
