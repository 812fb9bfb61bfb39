#include "core/client/error_kind.h"
#include "ui/launch/launch_request.h"
#include "ui/main_window/folder_drop.h"
#include "ui/network/activity_model.h"
#include "ui/terminal/key_filter.h"
#include "ui/terminal/paste_text.h"
#include "ui/text/describe.h"

#include <QDir>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace ui;

Q_DECLARE_METATYPE(core::ConnectionRecord)

class TestValues : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void makesPastedTextSafe_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("the end of a bracket loses its escape")
            << u"safe\x1b[201~rm"_s << u"safe[201~rm"_s;
        QTest::newRow("line ends become returns") << u"a\r\nb\nc"_s << u"a\rb\rc"_s;
        QTest::newRow("control characters go") << u"\x03\x7f\u009bx"_s << u"x"_s;
        QTest::newRow("a reversed file name is straightened") << u"\u202Eexe.txt"_s << u"exe.txt"_s;
        QTest::newRow("tabs and umlauts stay") << u"a\tä"_s << u"a\tä"_s;
    }
    void makesPastedTextSafe()
    {
        QFETCH(const QString, text);
        QTEST(cleanedPaste(text), "expected");
    }

    void asksBeforeARiskyPaste_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<PasteTaker>("taker");
        QTest::addColumn<PasteRisk>("risk");
        QTest::newRow("one line") << u"ls -l\r"_s << PasteTaker::LineByLine << PasteRisk::None;
        QTest::newRow("two lines, each run at once")
            << u"cd /\rrm x"_s << PasteTaker::LineByLine << PasteRisk::ManyLines;
        QTest::newRow("two lines in one piece")
            << u"a\rb"_s << PasteTaker::OnePiece << PasteRisk::None;
        QTest::newRow("a book") << QString(100'001, u'x') << PasteTaker::OnePiece
                                << PasteRisk::Large;
    }
    void asksBeforeARiskyPaste()
    {
        QFETCH(const QString, text);
        QFETCH(const PasteTaker, taker);
        QTEST(pasteRisk(text, taker), "risk");
    }
    void makesOneLineOfMany() { QCOMPARE(asOneLine(u"a\rb\r\r"_s), u"a b"_s); }

    void quotesPathsForAShell_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected");
        QTest::newRow("a plain path stays") << u"/home/me/a-b_c.txt"_s << u"/home/me/a-b_c.txt"_s;
        QTest::newRow("a blank is quoted") << u"/my project"_s << u"'/my project'"_s;
        QTest::newRow("a quote is escaped") << u"/it's"_s << u"'/it'\\''s'"_s;
    }
    void quotesPathsForAShell()
    {
        QFETCH(const QString, path);
        QTEST(shellQuoted(path), "expected");
    }

    void takesOneFolderFromADrag()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"x.txt"_s));
        QVERIFY(file.open(QFile::WriteOnly));
        QMimeData mime;

        mime.setUrls({QUrl::fromLocalFile(folder.path())});
        QCOMPARE(folderDrop(mime), (FolderDrop{.folder = folder.path(), .note = {}}));

        mime.setUrls({QUrl::fromLocalFile(file.fileName())});
        QCOMPARE(folderDrop(mime).folder, folder.path());
        QVERIFY(folderDrop(mime).note.contains(u"x.txt"_s));
    }
    void refusesOtherDragsWithAReason_data()
    {
        QTest::addColumn<QList<QUrl>>("urls");
        QTest::newRow("nothing") << QList<QUrl>{};
        QTest::newRow("two folders")
            << QList<QUrl>{QUrl::fromLocalFile(u"/tmp"_s), QUrl::fromLocalFile(u"/usr"_s)};
        QTest::newRow("a web address") << QList<QUrl>{QUrl(u"https://example.com/x"_s)};
        QTest::newRow("a path that is not there")
            << QList<QUrl>{QUrl::fromLocalFile(u"/nowhere/at/all"_s)};
    }
    void refusesOtherDragsWithAReason()
    {
        QFETCH(const QList<QUrl>, urls);
        QMimeData mime;
        mime.setUrls(urls);

        const FolderDrop drop = folderDrop(mime);

        QVERIFY(drop.folder.isEmpty());
        QVERIFY(!drop.note.isEmpty());
    }

    void writesTheSameAsACommand()
    {
        LaunchForm form;
        form.agent = u"claude"_s;
        form.folder = QDir::homePath() + u"/my project"_s;
        QCOMPARE(commandLine(form), u"paddock run claude ~/'my project'"_s);

        form.network = core::NetworkMode::Locked;
        form.memoryMiB = 4096;
        form.cpus = 4;
        form.name = u"shop"_s;
        form.acceptEmulation = true;
        QCOMPARE(commandLine(form),
            u"paddock run claude ~/'my project' --name shop --network locked --cpus 4 --memory 4G "
            "--accept-emulation"_s);
    }

    void makesARuleOfABlockedConnection_data()
    {
        QTest::addColumn<core::ConnectionRecord>("record");
        QTest::addColumn<QString>("expected");
        const auto record = [](const QString &host, int port, const QString &protocol) {
            core::ConnectionRecord made;
            made.host = host;
            made.port = port;
            made.protocol = protocol;
            return made;
        };
        QTest::newRow("https") << record(u"example.com"_s, 443, u"https"_s)
                               << u"allow example.com"_s;
        QTest::newRow("another port")
            << record(u"example.com"_s, 8443, u"https"_s) << u"allow example.com:8443"_s;
        QTest::newRow("raw bytes")
            << record(u"example.com"_s, 22, u"tcp"_s) << u"allow tcp://example.com:22"_s;
        QTest::newRow("a name that was asked for")
            << record(u"example.com"_s, 0, u"dns"_s) << u"allow example.com"_s;
    }
    void makesARuleOfABlockedConnection()
    {
        QFETCH(const core::ConnectionRecord, record);
        QTEST(allowingRule(record), "expected");
    }

    void keepsOnlyItsOwnKeysFromTheGuest_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::addColumn<bool>("reserved");
        const Qt::KeyboardModifiers control = Qt::ControlModifier;
        const Qt::KeyboardModifiers both = Qt::ControlModifier | Qt::ShiftModifier;
        QTest::newRow("Ctrl+N is the guest's") << int(Qt::Key_N) << control << false;
        QTest::newRow("Ctrl+W is the guest's") << int(Qt::Key_W) << control << false;
        QTest::newRow("Ctrl+Q is the guest's") << int(Qt::Key_Q) << control << false;
        QTest::newRow("F11 is the guest's") << int(Qt::Key_F11) << Qt::KeyboardModifiers() << false;
        QTest::newRow("Alt+S is the guest's")
            << int(Qt::Key_S) << Qt::KeyboardModifiers(Qt::AltModifier) << false;
        QTest::newRow("Ctrl+Shift+C copies") << int(Qt::Key_C) << both << true;
        QTest::newRow("Ctrl+Shift+N is ours") << int(Qt::Key_N) << both << true;
        QTest::newRow("Ctrl+Tab is ours") << int(Qt::Key_Tab) << control << true;
        QTest::newRow("Ctrl+F6 leaves the terminal") << int(Qt::Key_F6) << control << true;
    }
    void keepsOnlyItsOwnKeysFromTheGuest()
    {
        QFETCH(const int, key);
        QFETCH(const Qt::KeyboardModifiers, modifiers);
        QTEST(isReserved(QKeyEvent(QEvent::KeyPress, key, modifiers)), "reserved");
    }

    void hasWordsForEveryKindOfError()
    {
        for (int kind = 0; kind <= int(core::Error::Kind::Failed); ++kind) {
            const ErrorText text = describe(core::Error{core::Error::Kind(kind), {}});
            QVERIFY(!text.title.isEmpty());
            QVERIFY(!text.nextStep.isEmpty());
        }
    }
    void saysWhatASandboxDoes()
    {
        core::SandboxStatus status;
        QCOMPARE(headline(status).text, u"Stopped"_s);
        status.state = core::SandboxState::Booting;
        status.stage = core::LaunchStage::Boot;
        QCOMPARE(headline(status).text, u"Starting: machine"_s);
        status.state = core::SandboxState::Running;
        status.agent = core::AgentState::NeedsYou;
        status.agentText = u"allow edit?"_s;
        QCOMPARE(headline(status).text, u"Needs you: allow edit?"_s);
        QCOMPARE(headline(status).shape, Shape::Diamond);
        status.state = core::SandboxState::Paused;
        status.reasonKind = u"notEnoughDisk"_s;
        QCOMPARE(headline(status).text, u"Paused: disk full"_s);
        status.reasonKind = u"failed"_s;
        QCOMPARE(headline(status).text, u"Paused: the disk fails"_s);
        status.state = core::SandboxState::Failed;
        status.reasonKind = u"imageMissing"_s;
        QCOMPARE(headline(status).text, u"The guest image is missing"_s);
    }
};

QTEST_GUILESS_MAIN(TestValues)
#include "tst_values.moc"
