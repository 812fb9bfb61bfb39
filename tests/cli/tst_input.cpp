#include "app/cli/detach_keys.h"
#include "app/cli/sizes.h"

#include <QTest>

using namespace Qt::StringLiterals;

class TestInput : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void findsTheDetachKeys_data()
    {
        QTest::addColumn<QByteArrayList>("reads");
        QTest::addColumn<QByteArray>("forward");
        QTest::addColumn<bool>("detach");
        QTest::newRow("plain text passes")
            << QByteArrayList{"abc", "d"} << QByteArray("abcd") << false;
        QTest::newRow("both keys in one read")
            << QByteArrayList{"a\x10\x11z"} << QByteArray("a") << true;
        QTest::newRow("one key a read") << QByteArrayList{"\x10", "\x11"} << QByteArray() << true;
        QTest::newRow("the first key alone is held back")
            << QByteArrayList{"a\x10"} << QByteArray("a") << false;
        QTest::newRow("the first key and another pass") << QByteArrayList{"\x10", "b"}
                                                        << QByteArray("\x10"
                                                                      "b")
                                                        << false;
        QTest::newRow("twice the first, then the second")
            << QByteArrayList{"\x10\x10\x11"} << QByteArray("\x10") << true;
        QTest::newRow("the second alone passes")
            << QByteArrayList{"\x11"} << QByteArray("\x11") << false;
    }
    void findsTheDetachKeys()
    {
        QFETCH(QByteArrayList, reads);
        QFETCH(QByteArray, forward);
        QFETCH(bool, detach);
        cli::DetachKeys keys;
        QByteArray passed;
        bool detached = false;
        for (const QByteArray &bytes : reads) {
            const auto typed = keys.feed(bytes);
            passed += typed.forward;
            detached = typed.detach;
        }
        QCOMPARE(passed, forward);
        QCOMPARE(detached, detach);
    }

    void readsSizes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("expected"); // MiB, 0: refused
        QTest::newRow("GiB") << u"4GiB"_s << 4096;
        QTest::newRow("short") << u"2g"_s << 2048;
        QTest::newRow("fraction") << u"1.5G"_s << 1536;
        QTest::newRow("MiB") << u"2048MiB"_s << 2048;
        QTest::newRow("bare") << u"1024"_s << 1024;
        QTest::newRow("negative") << u"-1G"_s << 0;
        QTest::newRow("zero") << u"0"_s << 0;
        QTest::newRow("word") << u"much"_s << 0;
        QTest::newRow("huge") << u"999999999T"_s << 0;
    }
    void readsSizes()
    {
        QFETCH(QString, text);
        QFETCH(int, expected);
        const auto size = cli::mebibytes(text);
        QCOMPARE(size.value_or(0), expected);
    }
};

QTEST_GUILESS_MAIN(TestInput)
#include "tst_input.moc"
