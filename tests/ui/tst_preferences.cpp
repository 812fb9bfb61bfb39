#include "core/config/config_file.h"
#include "core/config/write_file.h"
#include "tests/ui/desk.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QFileInfo>
#include <QLabel>
#include <QRegularExpression>
#include <QSpinBox>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace ui;

class TestPreferences : public QObject
{
    Q_OBJECT

private:
    static core::Config config()
    {
        const auto read = core::loadConfig(FakeHome::paths().configFile());
        return read.value_or(core::Config());
    }
    static void write(const QByteArray &content)
    {
        QVERIFY(core::makePrivateDirectory(QFileInfo(FakeHome::paths().configFile()).path()));
        QVERIFY(core::writeFile(FakeHome::paths().configFile(), content));
    }
    static QByteArray text()
    {
        QFile file(FakeHome::paths().configFile());
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// As a user opens it.
    static QDialog *open(Desk &desk)
    {
        if (!QTest::qWaitForWindowActive(&desk.window()))
            return nullptr;
        QTest::keyClick(&desk.window(), Qt::Key_Comma, Qt::ControlModifier);
        return desk.find<QDialog>(u"preferences"_s);
    }
    static void type(QSpinBox *box, const QString &digits)
    {
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, digits);
        QTest::keyClick(box, Qt::Key_Return);
    }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void showsWhatTheFileSays()
    {
        FakeHome home;
        write("[suspend]\nidle_minutes = 45\non_shutdown = true\n[desktop]\non_quit = \"stop\"\n"
              "[disk]\nfloor_gib = 7\n[snapshot]\nbefore_prompt = true\nevery_minutes = 60\n"
              "budget_gib = 33\n");
        Desk desk;
        QVERIFY(open(desk));

        QCOMPARE(desk.find<QComboBox>(u"desktop_on_quit"_s)->currentText(), u"are stopped"_s);
        QCOMPARE(desk.find<QSpinBox>(u"suspend_idle_minutes"_s)->text(), u"45 min"_s);
        QVERIFY(desk.find<QCheckBox>(u"suspend_on_shutdown"_s)->isChecked());
        QVERIFY(desk.find<QCheckBox>(u"snapshot_before_prompt"_s)->isChecked());
        QCOMPARE(desk.find<QSpinBox>(u"snapshot_every_minutes"_s)->text(), u"60 min"_s);
        QCOMPARE(desk.find<QSpinBox>(u"snapshot_budget_gib"_s)->text(), u"33 GiB"_s);
        QCOMPARE(desk.find<QSpinBox>(u"disk_floor_gib"_s)->text(), u"7 GiB"_s);
    }

    void keepsEachChangeAtOnceAndNothingElse()
    {
        FakeHome home;
        write("# mine\n[gateway.upstream]\nproxy = \"http://p:1\" # why\n");
        Desk desk;
        QVERIFY(open(desk));
        QCOMPARE(desk.find<QSpinBox>(u"suspend_idle_minutes"_s)->text(), u"never"_s);

        type(desk.find<QSpinBox>(u"suspend_idle_minutes"_s), u"30"_s);
        QCOMPARE(config().idleMinutes, 30);
        QVERIFY(desk.find<QDialog>(u"preferences"_s)->isVisible()); // Return does not close it
        QTest::mouseClick(
            desk.find<QCheckBox>(u"snapshot_before_prompt"_s), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(config().snapshotBeforePrompt);
        QTest::keyClick(desk.find<QCheckBox>(u"suspend_on_shutdown"_s), Qt::Key_Space);
        QVERIFY(config().suspendOnShutdown);
        QTest::keyClick(desk.find<QComboBox>(u"desktop_on_quit"_s), Qt::Key_Down);
        QCOMPARE(config().onQuit, core::OnQuit::Suspend);
        type(desk.find<QSpinBox>(u"disk_floor_gib"_s), u"5"_s);
        QCOMPARE(config().diskFloorGiB, 5);
        QVERIFY(text().startsWith("# mine\n[gateway.upstream]\nproxy = \"http://p:1\" # why\n"));
    }

    void takesASettingBackToItsUsualValue()
    {
        FakeHome home;
        write("[snapshot]\nbudget_gib = 33\n");
        Desk desk;
        QVERIFY(open(desk));
        auto *reset = desk.find<QToolButton>(u"snapshot_budget_gib_reset"_s);
        QVERIFY(reset->isVisible());
        QVERIFY(!desk.find<QToolButton>(u"disk_floor_gib_reset"_s)->isVisible());

        QTest::mouseClick(reset, Qt::LeftButton);

        QCOMPARE(config().snapshotBudgetGiB, core::Config().snapshotBudgetGiB);
        QVERIFY(!reset->isVisible());
    }

    void saysWhatIsWrongWithTheFileAndLeavesItAlone()
    {
        FakeHome home;
        write("[suspend]\nidle_minutes = \"soon\"\n");
        Desk desk;
        QVERIFY(open(desk));

        QVERIFY(desk.find<QLabel>(u"preferencesRefusal"_s)->isVisible());
        QVERIFY(desk.find<QLabel>(u"preferencesRefusal"_s)->text().contains(u"config.toml:2:"_s));
        QVERIFY(!desk.find<QSpinBox>(u"suspend_idle_minutes"_s)->isEnabled());
        QCOMPARE(text(), "[suspend]\nidle_minutes = \"soon\"\n");
    }

    void everyFieldHasANameAndIsReachedByTheKeyboard()
    {
        FakeHome home;
        Desk desk;
        QDialog *dialog = open(desk);
        QVERIFY(dialog);
        QSet<QWidget *> reached;
        for (int step = 0; step < 20; ++step) {
            QTest::keyClick(dialog, Qt::Key_Tab);
            reached.insert(dialog->focusWidget());
        }
        int fields = 0;
        for (QWidget *field : dialog->findChildren<QWidget *>()) {
            const bool ours =
                field->objectName().contains(u'_') && !field->objectName().startsWith("qt_"_L1);
            if (!ours || !field->isVisible())
                continue;
            ++fields;
            QVERIFY2(!field->accessibleName().isEmpty(), qPrintable(field->objectName()));
            QVERIFY2(reached.contains(field), qPrintable(field->objectName()));
        }
        QCOMPARE(fields, 7);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
    }
};

QTEST_MAIN(TestPreferences)
#include "tst_preferences.moc"
