#include "tests/eventually.h"
#include "tests/settled.h"
#include "vmm/qmp/client.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

/// Against fake_qemu, which obeys a script (see its first lines).
class TestClient : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }
    void cleanup()
    {
        m_client.reset();
        m_fake.reset();
    }

    void agreesOnCapabilities()
    {
        connectTo({});

        const auto greeting = settled(m_client->negotiate(5s));

        QVERIFY(greeting);
        QCOMPARE(greeting->version, u"10.0.0"_s);
    }

    void pairsAnswersWithCommands()
    {
        connectTo("refuse query-block");
        QVERIFY(settled(m_client->negotiate(5s)));

        const auto refused = m_client->execute({.name = u"query-block"_s, .arguments = {}});
        const auto answered = m_client->execute({.name = u"query-status"_s, .arguments = {}});

        QCOMPARE(settled(refused).error().kind, Error::Kind::Refused);
        QVERIFY(settled(answered));
    }

    void readsMessagesThatComeAByteAtATime()
    {
        connectTo("split");
        QSignalSpy events(&*m_client, &qmp::Client::eventReceived);

        QVERIFY(settled(m_client->negotiate(5s)));
        QVERIFY(settled(m_client->execute({.name = u"stop"_s, .arguments = {}})));

        QCOMPARE(events.size(), 1);
        QCOMPARE(events[0][0].value<qmp::Event>().name, u"STOP"_s);
    }

    void givesUpOnAnAnswerAtItsDeadlineAndGoesOn()
    {
        connectTo("ignore query-block");
        QVERIFY(settled(m_client->negotiate(5s)));

        const auto silent = m_client->execute({.name = u"query-block"_s, .arguments = {}}, 50ms);
        const auto answered = m_client->execute({.name = u"query-status"_s, .arguments = {}});

        QVERIFY(settled(answered));
        QCOMPARE(settled(silent).error().kind, Error::Kind::TimedOut);
    }

    void givesUpOnAMonitorThatDoesNotGreet()
    {
        connectTo("silent");

        QCOMPARE(settled(m_client->negotiate(50ms)).error().kind, Error::Kind::TimedOut);
    }

    void endsPendingCommandsWithTheConnection()
    {
        connectTo("ignore query-block");
        QVERIFY(settled(m_client->negotiate(5s)));
        const auto pending = m_client->execute({.name = u"query-block"_s, .arguments = {}});

        m_fake->kill();

        QCOMPARE(settled(pending).error().kind, Error::Kind::Io);
        QCOMPARE(settled(m_client->execute({.name = u"stop"_s, .arguments = {}})).error().kind,
            Error::Kind::Io);
    }

    void treatsWhatIsNoQmpAsTheEnd()
    {
        connectTo("garbage");
        QSignalSpy closed(&*m_client, &qmp::Client::closed);

        settled(m_client->negotiate(5s));

        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(closed[0][0].value<Error>().kind, Error::Kind::ProtocolViolation);
    }

    void handsOverADescriptor()
    {
        connectTo({});
        QVERIFY(settled(m_client->negotiate(5s)));
        const auto path = m_directory->filePath(u"dump"_s);
        const Descriptor file(::open(qPrintable(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));

        QVERIFY(settled(
            m_client->sendWithDescriptor({.name = u"getfd"_s, .arguments = {}}, file.number())));
        QVERIFY(settled(m_client->execute({.name = u"dump-guest-memory"_s, .arguments = {}})));

        QCOMPARE(QFileInfo(path).size(), 4);
    }

    void cancelsWhatIsPendingWhenItGoes()
    {
        connectTo("ignore query-block");
        QVERIFY(settled(m_client->negotiate(5s)));
        const auto pending = m_client->execute({.name = u"query-block"_s, .arguments = {}});

        m_client.reset();

        QVERIFY(pending.isFinished());
        QCOMPARE(pending.result().error().kind, Error::Kind::Cancelled);
    }

private:
    void connectTo(const QByteArray &script)
    {
        QFile file(m_directory->filePath(u"script"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#fake-qemu\n" + script + '\n');
        file.close();
        auto monitor = socketPair();
        auto console = socketPair();
        QVERIFY(monitor && console);
        const int theirs = monitor->second.number();
        const int theirConsole = console->second.number();
        m_fake.emplace();
        m_fake->setChildProcessModifier([theirs, theirConsole] {
            fcntl(theirs, F_SETFD, 0);
            fcntl(theirConsole, F_SETFD, 0);
        });
        m_fake->start(QStringLiteral(FAKE_QEMU),
            {u"-kernel"_s,
                file.fileName(),
                u"-chardev"_s,
                u"socket,id=monitor,fd=%1"_s.arg(theirs),
                u"-chardev"_s,
                u"socket,id=console,fd=%1"_s.arg(theirConsole)});
        m_client.emplace(std::move(monitor->first));
    }

    struct Killed : QProcess
    {
        ~Killed() override
        {
            kill();
            waitForFinished();
        }
    };
    std::optional<QTemporaryDir> m_directory;
    std::optional<Killed> m_fake;
    std::optional<qmp::Client> m_client;
};

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
