#include "core/warden/scrollback.h"
#include "core/warden/terminal_filter.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

using namespace core;

namespace {

constexpr quint32 seed = 20'261'123;

/// Bytes like those of terminals: mostly text, many controls.
QByteArray noise(QRandomGenerator &random, int length)
{
    constexpr std::string_view pieces[] = {"\x1b",
        "\x1b[",
        "\x1b]",
        "\x1bP",
        "\x1b\\",
        "\a",
        ";",
        "?",
        "52;c;",
        "0;",
        "1049h",
        "6n",
        "m",
        "q",
        "t",
        "\xc2",
        "\x9b",
        "\xf0\x9f",
        "\n",
        "\r",
        "99999999999",
        " ",
        "$"};
    QByteArray bytes;
    while (bytes.size() < length) {
        if (random.bounded(3) == 0)
            bytes += char(random.bounded(256));
        else
            bytes += pieces[random.bounded(quint32(std::size(pieces)))];
    }
    return bytes;
}

/// What the filter promises of its history: nothing that asks, names a window or begins a string.
bool isSafe(const QByteArray &history)
{
    for (const auto *bad :
        {"\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x05", "\xc2\x9b", "\xc2\x9d", "\xc2\x90"}) {
        if (history.contains(bad))
            return false;
    }
    return true;
}

} // namespace

class TestTerminalFuzz : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void noBytesGetThroughThatMustNot()
    {
        QRandomGenerator random(seed);
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < 4000) {
            TerminalFilter filter;
            Scrollback scrollback(100, 10'000);
            QByteArray history;
            QByteArray output;
            for (int read = 0; read < 20; ++read) {
                const auto filtered = filter.feed(noise(random, int(random.bounded(400))));
                history += filtered.history;
                output += filtered.output;
                scrollback.append(filtered.history);
                for (const auto &event : filtered.events)
                    QVERIFY(event.text.size() <= 200);
            }
            QVERIFY2(isSafe(history), history.toHex(' ').constData());
            QVERIFY2(isSafe(output), output.toHex(' ').constData());
            QVERIFY(scrollback.bytes() <= 10'000 + (64 << 10));
        }
    }

    void isFastEnoughForAPty()
    {
        QByteArray text;
        while (text.size() < 4 << 20)
            text += "some ordinary line of output with \x1b[32mcolour\x1b[0m in it\r\n";
        TerminalFilter filter;
        Scrollback scrollback;
        QElapsedTimer timer;
        timer.start();

        for (qsizetype at = 0; at < text.size(); at += 16 << 10)
            scrollback.append(filter.feed(text.mid(at, 16 << 10)).history);

        // A PTY gives 16 MB/s; the warden must not be what slows it. Even unoptimised and on a busy
        // machine.
        QVERIFY2(timer.elapsed() < 4000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestTerminalFuzz)
#include "tst_terminal_fuzz.moc"
