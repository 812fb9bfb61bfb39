#include "core/warden/scrollback.h"

#include <QTest>

using namespace core;

class TestScrollback : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void replaysWhatItWasGiven()
    {
        Scrollback scrollback;
        scrollback.append("one\r\ntw");
        scrollback.append("o\r\n");

        QVERIFY(scrollback.replay().endsWith("one\r\ntwo\r\n"));
    }

    void keepsTheLastLines()
    {
        Scrollback scrollback(3);
        for (int i = 0; i < 10; ++i)
            scrollback.append("line " + QByteArray::number(i) + "\n");

        const auto replay = scrollback.replay();

        QVERIFY(!replay.contains("line 6"));
        QVERIFY(replay.endsWith("line 7\nline 8\nline 9\n"));
    }

    void aLineWithoutEndIsBounded()
    {
        Scrollback scrollback(10, 200'000);
        for (int i = 0; i < 1000; ++i)
            scrollback.append("\rprogress " + QByteArray(1000, '#'));

        QVERIFY(scrollback.bytes() <= 200'000 + (64 << 10));
    }

    void modesOfForgottenLinesHoldInAReplay()
    {
        Scrollback scrollback(2);
        scrollback.append("\x1b[?2004h\x1b[?25lstart\n");
        scrollback.append("\x1b[?25hmiddle\n");
        for (int i = 0; i < 5; ++i)
            scrollback.append("more\n");

        const auto replay = scrollback.replay();

        QVERIFY(replay.contains("\x1b[?2004h"));
        QVERIFY(!replay.contains("\x1b[?25l"));
    }

    void knowsTheAlternateScreen()
    {
        Scrollback scrollback;
        scrollback.append("\x1b[?1049h");
        QVERIFY(scrollback.isOnAlternateScreen());
        scrollback.append("\x1b[?1049l");
        QVERIFY(!scrollback.isOnAlternateScreen());
    }
};

QTEST_GUILESS_MAIN(TestScrollback)
#include "tst_scrollback.moc"
