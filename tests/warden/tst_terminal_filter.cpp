#include "core/warden/terminal_filter.h"

#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(core::TerminalEvent)

class TestTerminalFilter : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void passesWhatDraws_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text with line ends") << QByteArray("hello\r\nworld\t!\b");
        QTest::newRow("UTF-8") << QByteArray("grün 世界 🦀");
        QTest::newRow("colours") << QByteArray("\x1b[1;38;2;10;20;30mred\x1b[0m");
        QTest::newRow("cursor and erasing") << QByteArray("\x1b[2J\x1b[10;20H\x1b[K");
        QTest::newRow("scroll region") << QByteArray("\x1b[2;20r\x1bM\x1b[r");
        QTest::newRow("alternate screen") << QByteArray("\x1b[?1049h\x1b[?1049l");
        QTest::newRow("bracketed paste") << QByteArray("\x1b[?2004h");
        QTest::newRow("character set") << QByteArray("\x1b(0qqq\x1b(B");
        QTest::newRow("cursor shape") << QByteArray("\x1b[4 q");
    }
    void passesWhatDraws()
    {
        QFETCH(const QByteArray, bytes);

        const auto filtered = TerminalFilter().feed(bytes);

        QCOMPARE(filtered.output, bytes);
        QCOMPARE(filtered.history, bytes);
    }

    void dropsWhatActs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("clipboard write") << QByteArray("\x1b]52;c;aGk=\a");
        QTest::newRow("clipboard read") << QByteArray("\x1b]52;c;?\a");
        QTest::newRow("a background colour") << QByteArray("\x1b]11;#ff0000\x1b\\");
        QTest::newRow("a profile") << QByteArray("\x1b]50;Font=huge\a");
        QTest::newRow("window size") << QByteArray("\x1b[8;200;400t");
        QTest::newRow("a report of the title") << QByteArray("\x1b[21t");
        QTest::newRow("132 columns") << QByteArray("\x1b[?3h");
        QTest::newRow("a question for settings") << QByteArray("\x1bP$qm\x1b\\");
        QTest::newRow("an application command") << QByteArray("\x1b_Gf=24;AAAA\x1b\\");
        QTest::newRow("a privacy message") << QByteArray("\x1b^secret\x1b\\");
        QTest::newRow("printing") << QByteArray("\x1b[5i");
        QTest::newRow("another coding") << QByteArray("\x1b%@");
        QTest::newRow("eight-bit controls") << QByteArray("\x1b G");
        QTest::newRow("enquiry") << QByteArray("\x05");
        QTest::newRow("a C1 control in UTF-8") << QByteArray("\xc2\x9b");
        QTest::newRow("the kitty question") << QByteArray("\x1b[?u");
    }
    void dropsWhatActs()
    {
        QFETCH(const QByteArray, bytes);

        const auto filtered = TerminalFilter().feed("a" + bytes + "b");

        QCOMPARE(filtered.history, QByteArray("ab"));
        QCOMPARE(filtered.output, QByteArray("ab"));
    }

    void tellsWhatProgramsSay_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<TerminalEvent>("event");
        using Kind = TerminalEvent::Kind;
        QTest::newRow("title") << QByteArray("\x1b]0;fix the build\a")
                               << TerminalEvent{.kind = Kind::Title, .text = u"fix the build"_s};
        QTest::newRow("title with tricks") << QByteArray("\x1b]2;a\xe2\x80\xae"
                                                         "b\x01"
                                                         "c\x1b\\")
                                           << TerminalEvent{.kind = Kind::Title, .text = u"abc"_s};
        QTest::newRow("bell") << QByteArray("\a\a")
                              << TerminalEvent{.kind = Kind::Bell, .text = {}};
        QTest::newRow("notification")
            << QByteArray("\x1b]9;done\a")
            << TerminalEvent{.kind = Kind::Notification, .text = u"done"_s};
        QTest::newRow("paste mode")
            << QByteArray("\x1b[?2004h")
            << TerminalEvent{.kind = Kind::BracketedPaste, .text = {}, .on = true};
    }
    void tellsWhatProgramsSay()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const TerminalEvent, event);

        const auto filtered = TerminalFilter().feed(bytes);

        QCOMPARE(filtered.events, QList<TerminalEvent>{event});
    }

    void cutsLongTitles()
    {
        const auto filtered = TerminalFilter().feed("\x1b]0;" + QByteArray(5000, 'x') + '\a');

        QCOMPARE(filtered.events.first().text.size(), 100);
    }

    void sequencesMayBeCutAnywhere()
    {
        const QByteArray whole = "a\x1b[1;31mb\x1b]0;title\x1b\\c\xe4\xb8\x96\x1b(Bd\x1b[?2004h";
        const auto expected = TerminalFilter().feed(whole);

        for (qsizetype cut = 1; cut < whole.size(); ++cut) {
            TerminalFilter filter;
            auto first = filter.feed(whole.first(cut));
            const auto second = filter.feed(whole.sliced(cut));
            QCOMPARE(first.output + second.output, expected.output);
            QCOMPARE(first.events + second.events, expected.events);
        }
    }

    void doesNotReplayQuestions()
    {
        const auto filtered = TerminalFilter().feed("a\x1b[6n\x1b[cb");

        QCOMPARE(filtered.output, QByteArray("a\x1b[6n\x1b[cb"));
        QCOMPARE(filtered.history, QByteArray("ab"));
    }

    void answersForItsName()
    {
        const auto filtered = TerminalFilter().feed("\x1b[>0q");

        QVERIFY(filtered.reply.contains("paddock"));
        QVERIFY(filtered.output.isEmpty());
    }

    void anUnfinishedStringEnds()
    {
        TerminalFilter filter;
        static_cast<void>(filter.feed("\x1b]0;" + QByteArray(200 << 10, 'x')));

        const auto after = filter.feed("\a\r\nstill here");

        QVERIFY(after.output.endsWith("still here"));
    }
};

QTEST_GUILESS_MAIN(TestTerminalFilter)
#include "tst_terminal_filter.moc"
