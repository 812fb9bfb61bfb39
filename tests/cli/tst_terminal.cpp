#include "tests/cli/command_line.h"

using namespace Qt::StringLiterals;

/// The program in a real terminal: tmux, a server of its own.
class TestTerminal : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeHome> m_home;
    core::SandboxId m_id;

    static constexpr int patienceMs = 20'000; ///< for a machine that is busy with other tests

    static QByteArray tmux(const QStringList &arguments)
    {
        QProcess process;
        process.start(u"tmux"_s,
            QStringList{u"-L"_s,
                u"pdk-%1"_s.arg(QCoreApplication::applicationPid()),
                u"-f"_s,
                u"/dev/null"_s} +
                arguments);
        if (!process.waitForFinished(10'000))
            qFatal("tmux does not end");
        return process.readAllStandardOutput();
    }
    static QByteArray screen() { return tmux({u"capture-pane"_s, u"-p"_s, u"-t"_s, u"0"_s}); }
    static void type(const QStringList &keys)
    {
        tmux(QStringList{u"send-keys"_s, u"-t"_s, u"0"_s} + keys);
    }
    /// A shell without prompt games, in which a line runs the program.
    static void begin()
    {
        tmux({u"new-session"_s,
            u"-d"_s,
            u"-x"_s,
            u"90"_s,
            u"-y"_s,
            u"25"_s,
            u"env"_s,
            u"PS1=$ "_s,
            u"sh"_s});
        // What is typed before the shell has set up its terminal may be thrown away.
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("$"), screen().constData(), patienceMs);
    }

private slots:
    void init()
    {
        m_home = std::make_unique<FakeHome>();
        core::Sandboxes sandboxes(FakeHome::paths());
        m_id = *sandboxes.create({.settings = m_home->settings(u"shop"_s), .initialPolicy = {}});
        begin();
    }
    void cleanup()
    {
        tmux({u"kill-server"_s});
        m_home.reset();
    }

    void attachesResizesDetachesAndReplays()
    {
        const QString program = QStringLiteral(PROGRAMS "/paddock attach shop");
        type({program, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(
            screen().contains("fake shell ready"), screen().constData(), patienceMs);
        QVERIFY(screen().contains("Ctrl-P Ctrl-Q detaches"));

        type({u"hello"_s, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(
            screen().contains("you said: hello"), screen().constData(), patienceMs);
        type({u"size"_s, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("90x25"), screen().constData(), patienceMs);
        tmux({u"resize-window"_s, u"-t"_s, u"0"_s, u"-x"_s, u"70"_s, u"-y"_s, u"20"_s});
        bool told = false; // once is enough: what is typed after it scrolls it away
        const auto ask = [&] {
            type({u"size"_s, u"Enter"_s});
            return told = screen().contains("70x20");
        };
        QTRY_VERIFY_WITH_TIMEOUT(told || ask(), patienceMs);

        type({u"C-c"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("^C"), screen().constData(), patienceMs);
        type({u"C-p"_s, u"C-q"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(
            screen().contains("detached; shop goes on"), screen().constData(), patienceMs);
        type({u"stty -a | grep -c ' icanon'; echo code $?"_s, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("1\ncode 0"), screen().constData(), patienceMs);

        type({u"clear; "_s + program + u"; echo code $?"_s, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("70x20"), screen().constData(), patienceMs);
        type({u"exit 7"_s, u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("code 7"), screen().constData(), patienceMs);
    }

    void restoresTheTerminalWhenTheWardenDies()
    {
        type({QStringLiteral(PROGRAMS "/paddock shell shop; echo code $?"), u"Enter"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(
            screen().contains("fake shell ready"), screen().constData(), patienceMs);
        FakeHome::endWarden(m_id);
        QTRY_VERIFY2_WITH_TIMEOUT(
            screen().contains("the connection to shop was lost"), screen().constData(), patienceMs);
        QTRY_VERIFY2_WITH_TIMEOUT(screen().contains("code 69"), screen().constData(), patienceMs);
    }
};

QTEST_GUILESS_MAIN(TestTerminal)
#include "tst_terminal.moc"
