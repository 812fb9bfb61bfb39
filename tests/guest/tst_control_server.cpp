#include "core/guest/control_server.h"
#include "guest_client.h"

#include <QTest>

#include <csignal>
#include <pwd.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>

using namespace core::guest;
using core::link::Channel;

namespace {

struct FakeServices : GuestServices
{
    Outcome<> configure(const Configuration &configuration) override
    {
        configured = configuration;
        return {};
    }
    Outcome<> setClock(std::int64_t realtimeNs) override
    {
        clock = realtimeNs;
        return {};
    }
    Outcome<> reseed(std::string_view randomBytes) override
    {
        seed = randomBytes;
        return {};
    }
    void shutDown(ShutdownMode) override { isShutDown = true; }
    std::string status() const override { return R"({"docker":"off"})"; }
    Environment commandEnvironment() const override { return {{"FROM_CONFIGURE", "yes"}}; }

    Configuration configured;
    std::int64_t clock = 0;
    std::string seed;
    bool isShutDown = false;
};

std::string userName()
{
    return ::getpwuid(::getuid())->pw_name;
}

/// A spec that runs a shell command as whoever runs the test.
std::string shell(const std::string &script, const std::string &more = {})
{
    return R"({"argv":["/bin/sh","-c",")" + script + R"("],"cwd":"/","user":")" + userName() +
           "\"" + more + "}";
}

} // namespace

class TestControlServer : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<EventLoop> m_loop;
    std::unique_ptr<Children> m_children;
    std::unique_ptr<FakeServices> m_services;
    std::unique_ptr<ControlServer> m_server;
    std::unique_ptr<GuestClient> m_client;
    int m_hostEnd = -1;

    void turn() { m_loop->turn(std::chrono::milliseconds(2)); }

private slots:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void init()
    {
        QTest::failOnWarning();
        int ends[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        m_loop = std::make_unique<EventLoop>();
        m_children = std::make_unique<Children>(*m_loop);
        m_services = std::make_unique<FakeServices>();
        m_server =
            std::make_unique<ControlServer>(*m_loop, *m_children, Descriptor(ends[1]), *m_services);
        m_loop->beforeWaiting([this] { m_server->pump(); });
        m_hostEnd = ends[0];
        m_client = std::make_unique<GuestClient>(ends[0], [this] { turn(); });
        QVERIFY(m_client->connect(5000));
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
        m_children.reset();
        m_loop.reset();
    }

    void requestsReachTheServices()
    {
        QCOMPARE(m_client->request("POST", "/configure", R"({"hostname":"shop"})").status, 200);
        QCOMPARE(m_client->request("POST", "/clock", R"({"realtimeNs":5})").status, 200);
        QCOMPARE(m_client->request("POST", "/reseed", std::string(32, 'r')).status, 200);
        QCOMPARE(m_client->request("GET", "/status").body, std::string(R"({"docker":"off"})"));
        QCOMPARE(m_client->request("POST", "/shutdown", R"({"mode":"poweroff"})").status, 200);

        QCOMPARE(m_services->configured.hostname, std::string("shop"));
        QCOMPARE(m_services->clock, 5);
        QCOMPARE(m_services->seed.size(), std::size_t{32});
        QVERIFY(m_services->isShutDown);
    }

    void badRequestsAreAnsweredWithAReason()
    {
        QCOMPARE(m_client->request("POST", "/configure", "{").status, 400);
        QCOMPARE(m_client->request("POST", "/clock", R"({"realtimeNs":"x"})").status, 400);
        QCOMPARE(m_client->request("POST", "/reseed", "short").status, 400);
        QCOMPARE(m_client->request("POST", "/shutdown", R"({"mode":"sideways"})").status, 400);
        QCOMPARE(m_client->request("GET", "/nothing").status, 404);
        QVERIFY(m_client->request("POST", "/configure", "[]").body.contains("error"));
    }

    void outputAndErrorStayApartAndTheExitCodeComesLast()
    {
        const auto done = m_client->run(shell("echo out; echo err >&2; exit 3"));

        QCOMPARE(done.output, std::string("out\n"));
        QCOMPARE(done.error, std::string("err\n"));
        QVERIFY(done.control.starts_with(R"({"started":{"pid":)"));
        QVERIFY(done.control.ends_with("{\"exit\":{\"code\":3}}\n"));
    }

    void whatACommandLeftBehindIsHeardAsLongAsItSpeaks()
    {
        const auto done = m_client->run(
            shell("(for i in 1 2 3; do sleep 0.35; echo $i; done; sleep 9) & exit 4"));

        QCOMPARE(done.output, std::string("1\n2\n3\n"));
        QVERIFY(done.control.ends_with("{\"exit\":{\"code\":4}}\n"));
    }

    void environmentIsLoginThenConfigureThenCommand()
    {
        const auto done =
            m_client->run(shell("echo $HOME,$FROM_CONFIGURE,$OWN", R"(,"env":{"OWN":"mine"})"));
        QCOMPARE(done.output, std::string(::getpwuid(::getuid())->pw_dir) + ",yes,mine\n");
    }

    void inputIsReadUntilItsEnd()
    {
        auto &cat = m_client->start(shell("cat; echo end"));
        const std::string bulk(3 << 20, 'x');
        m_client->send(cat, Channel::Input, bulk);
        m_client->send(cat, Channel::Control, R"({"eof":true})");

        QVERIFY(m_client->waitFor([&] { return cat.control.contains("exit"); }));

        QVERIFY(cat.output == bulk + "end\n");
    }

    void commandThatIgnoresItsInputIsNotWaitedFor()
    {
        auto &command = m_client->start(shell("exec <&-; sleep 0.2; echo done"));
        m_client->send(command, Channel::Input, std::string(2 << 20, 'x'));
        QVERIFY(m_client->waitFor([&] { return command.control.contains("exit"); }));
        QCOMPARE(command.output, std::string("done\n"));
    }

    void largeOutputArrivesWhole()
    {
        const auto done = m_client->run(shell("head -c 20000000 /dev/zero"));
        QCOMPARE(done.output.size(), std::size_t{20'000'000});
    }

    void failuresComeWithAReason_data()
    {
        QTest::addColumn<QByteArray>("spec");
        QTest::addColumn<QByteArray>("reason");
        const QByteArray user = QByteArray::fromStdString(userName());
        QTest::newRow("unknown command")
            << QByteArray(R"({"argv":["no-such-command"],"cwd":"/","user":"%"})").replace('%', user)
            << QByteArray("command not found");
        QTest::newRow("unknown user") << QByteArray(R"({"argv":["true"],"user":"nobody-here"})")
                                      << QByteArray("no user nobody-here");
        QTest::newRow("missing directory")
            << QByteArray(R"({"argv":["true"],"cwd":"/no/where","user":"%"})").replace('%', user)
            << QByteArray("cannot enter /no/where");
        QTest::newRow("no arguments") << QByteArray(R"({"argv":[]})") << QByteArray("argv");
        QTest::newRow("terminal without a size")
            << QByteArray(R"({"argv":["true"],"terminal":{}})") << QByteArray("size");
        QTest::newRow("no JSON") << QByteArray("{{") << QByteArray("control frame");
    }

    void failuresComeWithAReason()
    {
        QFETCH(QByteArray, spec);
        QFETCH(QByteArray, reason);
        const auto done = m_client->run(spec.toStdString());
        QVERIFY2(done.control.contains("failed") && done.control.contains(reason.toStdString()),
            done.control.c_str());
    }

    void aParkedTerminalGoesOnWhereItWasAdopted()
    {
        auto &first = m_client->start(shell(
            "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo n$i.; done; read line; echo $line",
            R"(,"terminal":{"columns":80,"rows":24})"));
        QVERIFY(m_client->waitFor([&] { return first.output.contains("n50."); }));

        m_client->send(first, Channel::Control, R"({"park":"t1"})");
        QVERIFY(m_client->waitFor([&] { return first.control.contains("parked"); }));
        auto &second = m_client->adopt("t1");
        QVERIFY(m_client->waitFor([&] { return second.output.contains("n3000."); }));
        m_client->send(second, Channel::Input, "typed\n");
        QVERIFY(m_client->waitFor([&] { return second.control.contains("exit"); }));

        const auto whole = first.output + second.output;
        QVERIFY(!first.control.contains("exit"));
        std::size_t at = 0;
        for (int i = 1; i <= 3000; ++i) {
            const auto text = "n" + std::to_string(i) + ".\r\n";
            QVERIFY2(whole.compare(at, text.size(), text) == 0, "nothing lost, nothing twice");
            at += text.size();
        }
        QVERIFY(whole.ends_with("typed\r\ntyped\r\n"));
    }

    void aTerminalThatMayWaitOutlivesTheConnection()
    {
        auto &first = m_client->start(shell(
            "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo n$i.; done; read line; echo $line",
            R"(,"keep":"t1","terminal":{"columns":80,"rows":24})"));
        QVERIFY(m_client->waitFor([&] { return first.output.contains("n500."); }));
        const auto known = first.output.substr(0, 700); // the rest was under way

        GuestClient again(::dup(m_hostEnd), [this] { turn(); });
        QVERIFY(again.connect(5000));
        auto &second = again.adopt("t1", std::to_string(known.size()));
        QVERIFY(again.waitFor([&] { return second.output.contains("n3000."); }));
        again.send(second, Channel::Input, "typed\n");
        QVERIFY(again.waitFor([&] { return second.control.contains("exit"); }));

        std::string whole;
        for (int i = 1; i <= 3000; ++i)
            whole += "n" + std::to_string(i) + ".\r\n";
        QVERIFY2(
            known + second.output == whole + "typed\r\ntyped\r\n", "nothing lost, nothing twice");
    }

    void onlyARunningTerminalIsParked()
    {
        auto &pipes = m_client->start(shell("sleep 5"));
        m_client->send(pipes, Channel::Control, R"({"park":"p"})");

        QVERIFY(m_client->waitFor([&] { return pipes.control.contains("failed"); }));
        auto &nobody = m_client->adopt("p");
        QVERIFY(m_client->waitFor([&] { return nobody.closed || !nobody.output.empty(); }, 500) ||
                nobody.control.empty());
    }

    void terminalHasItsSizeAndFollowsAResize()
    {
        auto &command = m_client->start(shell(
            "tty; stty size; read line; stty size", R"(,"terminal":{"columns":100,"rows":30})"));
        QVERIFY(m_client->waitFor([&] { return command.output.contains("30 100"); }));

        m_client->send(command, Channel::Control, R"({"resize":{"columns":80,"rows":20}})");
        m_client->send(command, Channel::Input, "go\n");

        QVERIFY(m_client->waitFor([&] { return command.control.contains("exit"); }));
        QVERIFY2(command.output.contains("20 80"), command.output.c_str());
        QVERIFY(command.output.starts_with("/dev/pts/"));
    }

    void interruptReachesTheForegroundOfATerminal()
    {
        auto &command = m_client->start(
            shell("trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.05; done",
                R"(,"terminal":{"columns":80,"rows":24})"));
        QVERIFY(m_client->waitFor([&] { return command.output.contains("ready"); }));

        m_client->send(command, Channel::Control, R"({"signal":"INT"})");

        QVERIFY(m_client->waitFor([&] { return command.control.contains("exit"); }));
        QVERIFY(command.output.contains("caught"));
        QVERIFY(command.control.contains("{\"exit\":{\"code\":9}}"));
    }

    void signalEndsACommandWithItsNumber()
    {
        auto &command = m_client->start(shell("echo ready; sleep 60"));
        QVERIFY(m_client->waitFor([&] { return command.output.contains("ready"); }));
        m_client->send(command, Channel::Control, R"({"signal":"TERM"})");
        QVERIFY(m_client->waitFor([&] { return command.control.contains("exit"); }));
        QVERIFY2(command.control.contains("{\"exit\":{\"signal\":15}}"), command.control.c_str());
    }

    void resetStreamHangsTheCommandUp()
    {
        auto &command = m_client->start(shell("echo $$; sleep 60"));
        QVERIFY(m_client->waitFor([&] { return command.output.contains("\n"); }));
        const pid_t child = std::stoi(command.output);

        m_client->reset(command);

        QVERIFY(m_client->waitFor([&] { return ::kill(child, 0) != 0; }));
    }

    void backgroundProcessDoesNotHoldTheExitBack()
    {
        const auto done = m_client->run(shell("sleep 30 & echo $!"), 5000);
        QVERIFY(done.control.contains("exit"));
        ::kill(std::stoi(done.output), SIGKILL);
    }

    void newConnectionStartsAfreshAndHangsUpTheOld()
    {
        auto &command = m_client->start(shell("echo $$; sleep 60"));
        QVERIFY(m_client->waitFor([&] { return command.output.contains("\n"); }));
        const pid_t child = std::stoi(command.output);

        GuestClient second(::dup(m_hostEnd), [this] { turn(); });
        QVERIFY(second.connect(5000));

        QCOMPARE(second.request("GET", "/status").status, 200);
        QVERIFY(second.waitFor([&] { return ::kill(child, 0) != 0; }));
    }

    void eventsReachWhoListens()
    {
        m_server->tell(R"({"event":"before"})");
        QVERIFY(m_client->request("GET", "/status").status == 200);
        auto &listener = m_client->listen("/events");
        QVERIFY(m_client->waitFor([&] { return listener.status == 200; }));
        m_server->tell(R"({"event":"heartbeat"})");
        QVERIFY(m_client->waitFor([&] { return !listener.body.empty(); }));
        QCOMPARE(listener.body, std::string("{\"event\":\"heartbeat\"}\n"));
    }

    void noiseOfTheHostEndsTheConnectionOnly()
    {
        std::mt19937 random(20261123);
        for (int round = 0; round < 200; ++round) {
            std::string noise(random() % 300, '\0');
            for (char &byte : noise)
                byte = static_cast<char>(random());
            QVERIFY(::write(m_hostEnd, noise.data(), noise.size()) ==
                    static_cast<ssize_t>(noise.size()));
            turn();
        }
        GuestClient second(::dup(m_hostEnd), [this] { turn(); });
        QVERIFY(second.connect(5000));
        QCOMPARE(second.request("GET", "/status").status, 200);
    }
};

QTEST_GUILESS_MAIN(TestControlServer)
#include "tst_control_server.moc"
