#include "core/config/config.h"
#include "tests/eventually.h"
#include "tests/ui/desk.h"
#include "ui/launch/emulation_consent.h"
#include "ui/launch/launch_sheet.h"
#include "ui/main_window/fork_question.h"

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QFileInfo>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTreeWidget>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace ui;

class TestWindow : public QObject
{
    Q_OBJECT

private slots:
    /// The offscreen platform tells what it leaves out.
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void showsWhereToDropWhenThereIsNothing()
    {
        FakeHome home;
        Desk desk;

        QVERIFY(desk.find<QWidget>(u"emptyPage"_s)->isVisible());
        QVERIFY(!desk.find<QWidget>(u"splitter"_s)->isVisible());
    }

    void makesASandboxOfADroppedFolder()
    {
        FakeHome home;
        Desk desk;
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(home.workspace(u"web-shop"_s))});
        QDragEnterEvent enter({200, 200}, Qt::CopyAction, &mime, Qt::LeftButton, {});
        QDropEvent drop({200, 200}, Qt::CopyAction, &mime, Qt::LeftButton, {});

        QApplication::sendEvent(&desk.window(), &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(desk.find<QLabel>(u"dropHint"_s)->text().contains(u"web-shop"_s));
        QApplication::sendEvent(&desk.window(), &drop);

        QTRY_VERIFY(desk.find<LaunchSheet>(u"launchSheet"_s));
        QCOMPARE(desk.find<QLineEdit>(u"sheetFolder"_s)->text(), home.workspace(u"web-shop"_s));
        QCOMPARE(desk.window().model().rowCount(), 0); // nothing starts by itself
        desk.click(u"sheetCreate"_s);
        QTRY_COMPARE(desk.window().model().rowCount(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
    }

    void saysWhyAFolderIsRefused()
    {
        FakeHome home;
        Desk desk;
        desk.window().newSandbox(u"/"_s);

        QVERIFY(!desk.find<QLabel>(u"sheetFolderNote"_s)->text().isEmpty());
        QVERIFY(!desk.find<QPushButton>(u"sheetCreate"_s)->isEnabled());
        desk.click(u"sheetCancel"_s);
    }

    void typesIntoTheTerminalAndKeepsItsShortcuts()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);

        QTest::keyClicks(desk.display(), u"hello"_s);
        QTest::keyClick(desk.display(), Qt::Key_Return);
        QTRY_VERIFY(desk.terminalText().contains(u"you said: hello"_s));

        QApplication::clipboard()->setText(u"pa\x1b[201~sted\n"_s);
        desk.find<QAction>(u"actionPaste"_s)->trigger();
        QTRY_VERIFY(desk.terminalText().contains(u"you said: pa[201~sted"_s));
    }

    void losesNothingThatIsTypedWhileATerminalOpens()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);

        desk.find<QAction>(u"actionShell"_s)->trigger(); // its session comes with the event loop
        QVERIFY(desk.terminalText().isEmpty());
        QTest::keyClicks(desk.display(), u"early"_s);
        QTest::keyClick(desk.display(), Qt::Key_Return);

        QTRY_VERIFY(desk.terminalText().contains(u"you said: early"_s));
    }

    void asksBeforeItPastesLinesIntoAShell()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        QApplication::clipboard()->setText(u"one\ntwo\n"_s);

        desk.find<QAction>(u"actionPaste"_s)->trigger();
        QTRY_VERIFY(desk.find<QPushButton>(u"pasteCancel"_s));
        QVERIFY(desk.find<QPushButton>(u"pasteCancel"_s)->isDefault());
        desk.click(u"pasteCancel"_s);
        desk.find<QAction>(u"actionPaste"_s)->trigger();
        QTRY_VERIFY(desk.find<QPushButton>(u"pasteOneLine"_s));
        desk.click(u"pasteOneLine"_s);
        QTest::keyClick(desk.display(), Qt::Key_Return);

        QTRY_VERIFY(desk.terminalText().contains(u"you said: one two"_s));
    }

    void letsAScreenReaderReadTheTerminal()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);

        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(desk.display());

        QVERIFY(spoken);
        QCOMPARE(spoken->role(), QAccessible::Terminal);
        QVERIFY(!spoken->text(QAccessible::Name).isEmpty());
        QAccessibleTextInterface *lines = spoken->textInterface();
        QVERIFY(lines);
        QVERIFY(lines->text(0, lines->characterCount()).contains(u"fake shell ready"_s));
    }

    void remembersItsSizeAndTheSandboxThatWasShown()
    {
        FakeHome home;
        core::Sandboxes other(FakeHome::paths());
        QVERIFY(other.create({.settings = home.settings(u"a"_s), .initialPolicy = {}}).has_value());
        const auto second = other.create({.settings = home.settings(u"b"_s), .initialPolicy = {}});
        {
            Desk desk;
            QTRY_COMPARE(desk.window().currentPage()->status().settings.name, u"a"_s);
            desk.window().resize(800, 600);
            desk.window().open(*second);
            desk.window().close();
        }

        Desk desk;

        QCOMPARE(desk.window().currentPage()->status().settings.name, u"b"_s);
        QCOMPARE(desk.window().size(), QSize(800, 600));
    }

    void asksForConsentToEmulationBeforeTheFirstStart()
    {
        FakeHome home;
        Desk desk;
        desk.window().newSandbox(home.workspace(u"api"_s));
        auto *consent = desk.find<EmulationConsent>(u"emulationConsent"_s);
        consent->show({.kind = core::KnownAcceleration::Kind::Works, .detail = {}});
        QVERIFY(!consent->isVisible());

        consent->show({.kind = core::KnownAcceleration::Kind::EmulationOnly,
            .detail = u"/dev/kvm is not there"_s});
        QVERIFY(consent->isVisible());
        QVERIFY(!desk.find<QPushButton>(u"sheetCreate"_s)->isEnabled());
        desk.find<QCheckBox>(u"emulationAccepted"_s)->setChecked(true);
        QVERIFY(desk.find<QLineEdit>(u"sheetCommand"_s)->text().contains(u"--accept-emulation"_s));
        desk.click(u"sheetCreate"_s);

        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        QVERIFY(core::loadConfig(FakeHome::paths().configFile())->acceptEmulation);
    }

    void takesTheTerminalUpAgainWithItsScrollback()
    {
        FakeHome home;
        {
            Desk desk;
            desk.window().run(u"shell"_s, home.workspace(u"api"_s));
            QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
            QTest::keyClicks(desk.display(), u"remember"_s);
            QTest::keyClick(desk.display(), Qt::Key_Return);
            QTRY_VERIFY(desk.terminalText().contains(u"you said: remember"_s));
        }

        Desk desk;

        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u"you said: remember"_s), 15'000);
        QTest::keyClicks(desk.display(), u"more"_s);
        QTest::keyClick(desk.display(), Qt::Key_Return);
        QTRY_VERIFY(desk.terminalText().contains(u"you said: more"_s));
    }

    void takesMuchOutputWithoutFreezing()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);

        QTest::keyClicks(desk.display(), u"flood 2048"_s);
        QTest::keyClick(desk.display(), Qt::Key_Return);

        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u"flood over"_s), 30'000);
    }

    void suspendsAndResumes()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);

        desk.click(u"headerSuspend"_s);
        QTRY_VERIFY(desk.window().currentPage()->status().state == core::SandboxState::Suspended);
        QCOMPARE(desk.find<QPushButton>(u"stoppedStart"_s)->text(), u"Resume"_s);
        QVERIFY(!desk.find<QPushButton>(u"headerSuspend"_s)->isVisible());
        desk.click(u"stoppedStart"_s);

        QTRY_VERIFY_WITH_TIMEOUT(
            desk.window().currentPage()->status().state == core::SandboxState::Running, 15'000);
    }

    void asksHowManyForks()
    {
        QWidget parent;
        int chosen = 0;
        askForks(&parent, [&chosen](int count) { chosen = count; });
        auto *fork = parent.findChild<QPushButton *>(u"forkSure"_s);
        auto *count = parent.findChild<QSpinBox *>(u"forkCount"_s);
        QVERIFY(fork->isEnabled());
        QCOMPARE(count->value(), 2);
        count->setValue(3);
        fork->click();
        QCOMPARE(chosen, 3);
    }

    void bringsOverWhatAForkChanged()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        auto settings = home.settings(u"api-fork-1"_s);
        settings.origin = core::SandboxOrigin{
            .id = core::SandboxId::random(), .name = u"api"_s, .forkedMs = 1'700'000'000'000};
        const auto id = other.create({.settings = settings, .initialPolicy = {}});
        QVERIFY(id);
        FakeHome::script(*id,
            {{u"review"_s,
                QJsonObject{{u"count"_s, 2},
                    {u"items"_s,
                        QJsonArray{QJsonObject{{u"path"_s, u"src/app.c"_s},
                                       {u"change"_s, u"modified"_s},
                                       {u"conflict"_s, false}},
                            QJsonObject{{u"path"_s, u"notes.md"_s},
                                {u"change"_s, u"deleted"_s},
                                {u"host"_s, u"modified"_s},
                                {u"conflict"_s, true}}}}}}});
        QTRY_VERIFY(desk.window().currentPage());
        desk.click(u"headerStart"_s);
        auto *list = desk.find<QTreeWidget>(u"reviewItems"_s);
        QVERIFY(list);
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        QCOMPARE(list->topLevelItem(0)->checkState(0), Qt::Checked);
        QCOMPARE(list->topLevelItem(1)->checkState(0), Qt::Unchecked); // changed on both sides
        desk.window().currentPage()->showPage(SandboxPage::Page::Files);
        QTRY_VERIFY(desk.find<QPushButton>(u"reviewAccept"_s)->isEnabled());

        desk.click(u"reviewAccept"_s);

        QTRY_VERIFY(FakeHome::seen(*id)[u"calls"].toArray().contains(u"accept src/app.c"_s));
        QVERIFY(!FakeHome::seen(*id)[u"calls"].toArray().contains(u"accept notes.md"_s));
    }

    void suspendsWhatRunsWhenItQuitsIfTheUserWantsThat()
    {
        FakeHome home;
        QVERIFY(core::makePrivateDirectory(QFileInfo(FakeHome::paths().configFile()).path()));
        QVERIFY(
            core::writeFile(FakeHome::paths().configFile(), "[desktop]\non_quit = \"suspend\"\n"));
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        const auto id = desk.window().currentPage()->status().settings.id;

        desktop::Wish quit;
        quit.kind = desktop::Wish::Kind::Quit;
        desk.application().fulfil(quit);

        QTRY_VERIFY(
            core::statusOnDisk(FakeHome::paths(), id).state == core::SandboxState::Suspended);
        QVERIFY(!desk.window().isVisible());
    }

    void restartsWhatDoesNotAnswer()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(u"api"_s), .initialPolicy = {}});
        QVERIFY(id);
        FakeHome::script(*id,
            {{u"status"_s,
                QJsonObject{{u"state"_s, u"notAnswering"_s},
                    {u"reason"_s, u"the system in the sandbox has not answered for 30 s"_s},
                    {u"reasonKind"_s, u"notAnswering"_s}}}});
        QTRY_VERIFY(desk.window().currentPage());
        desk.click(u"headerStart"_s);
        QTRY_COMPARE(desk.find<QPushButton>(u"stoppedStart"_s)->text(), u"Restart"_s);
        // Until the warden has said so, it is the one that has not answered.
        QTRY_VERIFY(desk.window().currentPage()->status().reason.contains(u"30 s"_s));
        FakeHome::script(*id, {}); // the next one answers

        desk.click(u"stoppedStart"_s);

        QTRY_VERIFY(desk.window().currentPage()->status().state == core::SandboxState::Running);
    }

    void saysWhatToDoAboutAFullDisk()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(u"full"_s), .initialPolicy = {}});
        FakeHome::script(*id,
            {{u"status"_s,
                QJsonObject{{u"state"_s, u"paused"_s}, {u"reasonKind"_s, u"notEnoughDisk"_s}}}});
        QTRY_VERIFY(desk.window().currentPage());

        desk.click(u"headerStart"_s);

        QTRY_VERIFY_WITH_TIMEOUT(
            desk.window().currentPage()->status().state == core::SandboxState::Paused, 15'000);
        QCOMPARE(
            desk.find<QLabel>(u"stoppedText"_s)->text(), u"full stands still: the disk is full"_s);
        QVERIFY(desk.find<QLabel>(u"stoppedAbout"_s)->text().contains(u"goes on by itself"_s));
        QCOMPARE(desk.find<QPushButton>(u"stoppedStart"_s)->text(), u"Try again"_s);
        QVERIFY(desk.find<QPushButton>(u"headerStop"_s)->isVisible());
    }

    void canBeUsedWithTheKeyboardAlone()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        using Page = SandboxPage::Page;
        for (const Page page : {Page::Network, Page::Files, Page::Log, Page::Settings}) {
            desk.window().currentPage()->showPage(page);
            QSet<QWidget *> reached;
            desk.find<QWidget>(u"sandboxes"_s)->setFocus();
            for (int step = 0; step < 60; ++step) {
                QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
                reached.insert(QApplication::focusWidget());
            }
            for (QAbstractButton *button : desk.window().findChildren<QAbstractButton *>()) {
                const bool ours =
                    !button->objectName().isEmpty() && !button->objectName().startsWith("qt_"_L1);
                if (ours && button->isVisible() && button->isEnabled())
                    QVERIFY2(reached.contains(button), qPrintable(button->objectName()));
            }
        }
        desk.window().currentPage()->showPage(Page::Terminal);
        desk.find<QWidget>(u"sandboxes"_s)->setFocus();
        desk.find<QAction>(u"actionNextPane"_s)->trigger();
        QTRY_COMPARE(QApplication::focusWidget(), desk.display());
    }

    void showsTheFolderOfAConflict()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(u"a"_s), .initialPolicy = {}});
        QDir(home.workspace(u"a"_s)).mkpath(u"src"_s);
        const auto conflict = [](const QString &path) {
            return QJsonObject{
                {u"path"_s, path}, {u"host"_s, u"modified"_s}, {u"guest"_s, u"deleted"_s}};
        };
        FakeHome::script(*id,
            {{u"syncConflicts"_s,
                QJsonArray{conflict(u"src/cart.ts"_s), conflict(u"../../outside"_s)}}});
        QTRY_VERIFY(desk.window().currentPage());
        desk.click(u"headerStart"_s);
        desk.window().currentPage()->showPage(SandboxPage::Page::Files);
        auto *list = desk.find<QTreeWidget>(u"fileItems"_s);
        QTRY_VERIFY_WITH_TIMEOUT(list->topLevelItemCount() == 1, 15'000);
        auto *button = desk.find<QPushButton>(u"showInFolder"_s);
        QVERIFY(!button->isEnabled());

        list->setCurrentItem(list->topLevelItem(0)->child(0));
        QVERIFY(button->isEnabled());
        list->setCurrentItem(list->topLevelItem(0)->child(1));
        QVERIFY(!button->isEnabled()); // a path out of the folder leads nowhere
    }

    void tellsTheNextStepOfAFailure()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(u"broken"_s), .initialPolicy = {}});
        QVERIFY(id.has_value());
        FakeHome::script(*id,
            {{u"failLaunch"_s,
                QJsonObject{{u"kind"_s, u"imageMissing"_s},
                    {u"detail"_s, u"no image"_s},
                    {u"consoleTail"_s, QString()}}}});
        QTRY_VERIFY(desk.window().currentPage());

        desk.click(u"headerStart"_s);

        QTRY_VERIFY_WITH_TIMEOUT(desk.find<QPushButton>(u"bannerAction0"_s), 15'000);
        QCOMPARE(desk.find<QPushButton>(u"bannerAction0"_s)->text(), u"Build image"_s);
    }

    void deletesOnlyAfterAQuestionAndNeverTheFolder()
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        QVERIFY(
            other.create({.settings = home.settings(u"old"_s), .initialPolicy = {}}).has_value());
        QTRY_VERIFY(desk.window().currentPage());

        desk.find<QAction>(u"actionDelete"_s)->trigger();
        auto *box = desk.find<QMessageBox>(u"deleteBox"_s);
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(u"stays as it is"_s));
        box->findChild<QPushButton *>(u"deleteSure"_s)->click();

        QTRY_COMPARE(desk.window().model().rowCount(), 0);
        QVERIFY(QDir(home.workspace(u"old"_s)).exists());
    }

    void everyMenuEntryDoesSomethingWithoutAWarning()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        int walked = 0;
        for (QAction *menu : desk.window().menuBar()->actions()) {
            for (QAction *entry : menu->menu()->actions()) {
                if (entry->isSeparator() || entry->objectName() == "actionQuit"_L1)
                    continue;
                QVERIFY2(!entry->objectName().isEmpty(), qPrintable(entry->text()));
                entry->trigger();
                ++walked;
                QCoreApplication::sendPostedEvents();
                if (QWidget *dialog = QApplication::activeModalWidget())
                    dialog->close();
            }
        }
        QVERIFY(walked > 20);
    }

    void everyControlHasANameAndCanBeSpoken()
    {
        FakeHome home;
        Desk desk;
        desk.window().run(u"shell"_s, home.workspace(u"api"_s));
        QTRY_VERIFY_WITH_TIMEOUT(desk.terminalText().contains(u" ready"_s), 15'000);
        desk.window().newSandbox(home.workspace(u"api"_s));
        for (const QAbstractButton *button : desk.window().findChildren<QAbstractButton *>()) {
            if (button->objectName().startsWith("qt_"_L1) || !button->isVisible() ||
                QByteArrayView(button->metaObject()->className()).contains("CloseButton") ||
                (button->inherits("QToolButton") && button->parent()->inherits("QTabBar")))
                continue;
            QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                qPrintable(button->objectName()));
        }
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
