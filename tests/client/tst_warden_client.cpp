#include "core/client/connection_record.h"
#include "core/client/terminal_session.h"
#include "core/client/warden_client.h"
#include "tests/client/fake_home.h"
#include "tests/eventually.h"
#include "tests/settled.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using core::Error;

class TestWardenClient : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeHome> m_home;
    std::unique_ptr<core::Sandboxes> m_sandboxes;
    core::SandboxId m_id;

    core::WardenClient *started(const QJsonObject &script = {})
    {
        FakeHome::script(m_id, script);
        if (!settled(m_sandboxes->start(m_id, {})))
            qFatal("the fake warden does not start");
        return m_sandboxes->warden(m_id);
    }
    std::shared_ptr<core::TerminalSession> opened(
        const QString &method, const QJsonObject &parameters)
    {
        auto session = settled(m_sandboxes->warden(m_id)->open(method, parameters));
        if (!session)
            qFatal("%s: %s", qPrintable(method), qPrintable(session.error().detail));
        return *session;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<FakeHome>();
        m_sandboxes = std::make_unique<core::Sandboxes>(FakeHome::paths());
        m_id = *m_sandboxes->create({.settings = m_home->settings(u"a"_s), .initialPolicy = {}});
    }
    void cleanup()
    {
        m_sandboxes.reset();
        m_home.reset();
    }

    void answersCallsAndPassesErrorsOn()
    {
        core::WardenClient *client = started();
        const auto hello = settled(client->call(u"hello"_s));
        const auto wrong = settled(client->call(u"nonsense"_s));

        QCOMPARE(hello->value("id"_L1).toString(), m_id.value);
        QCOMPARE(wrong.error().kind, Error::Kind::Usage);
    }

    void failsWithoutAWarden()
    {
        core::WardenClient client(FakeHome::paths().wardenSocket(m_id.value));
        QCOMPARE(settled(client.call(u"hello"_s)).error().kind, Error::Kind::NotAnswering);
        QCOMPARE(settled(client.call(u"hello"_s)).error().kind, Error::Kind::NotAnswering);
        QCOMPARE(client.connection(), core::WardenClient::Connection::Closed);
    }

    void waitsForOneThatDoesNotListenYet()
    {
        core::WardenClient client(FakeHome::paths().wardenSocket(m_id.value));
        const auto hello = client.call(u"hello"_s);
        started();

        const auto answer = settled(hello);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().detail));
        QCOMPARE(answer->value("id"_L1).toString(), m_id.value);
    }

    void givesUpOnASlowAnswerAndIgnoresItWhenItComes()
    {
        core::WardenClient *client = started({{u"delayMs"_s, 300}});
        QCOMPARE(settled(client->call(u"hello"_s, {}, 50)).error().kind, Error::Kind::NotAnswering);
        QVERIFY(settled(client->call(u"status"_s)));
    }

    void dropsAWardenThatSendsALineWithoutEnd()
    {
        QLocalServer server;
        const QString path = FakeHome::paths().runtime + u"/x.sock"_s;
        QVERIFY(core::makePrivateDirectory(FakeHome::paths().runtime));
        QVERIFY(server.listen(path));
        core::WardenClient client(path);
        const auto call = client.call(u"hello"_s);
        QTRY_VERIFY(server.hasPendingConnections());
        QLocalSocket *socket = server.nextPendingConnection();
        socket->write(QByteArray((1 << 20) + 10, 'x'));

        QCOMPARE(settled(call).error().kind, Error::Kind::NotAnswering);
    }

    void tellsWhatItSubscribedTo()
    {
        const QJsonObject record{{u"host"_s, u"example.org"_s}, {u"port"_s, 443}};
        core::WardenClient *client =
            started({{u"connections"_s, QJsonArray{record}}, {u"connectionEveryMs"_s, 20}});
        QSignalSpy notified(client, &core::WardenClient::notified);
        client->subscribe({u"connections"_s});

        QTRY_VERIFY(!notified.isEmpty());
        QCOMPARE(notified[0][0].toString(), u"connection"_s);
        QCOMPARE(core::connectionFromJson(notified[0][1].toJsonObject()).host, u"example.org"_s);
    }

    void runsACommandWithItsStreamsApart()
    {
        started();
        const auto session = opened(
            u"exec"_s, {{u"argv"_s, QJsonArray{u"sh"_s, u"-c"_s, u"cat; echo bad >&2; exit 7"_s}}});
        QByteArray output;
        QByteArray errors;
        connect(session.get(), &core::TerminalSession::output, this, [&](const QByteArray &b) {
            output += b;
        });
        connect(session.get(), &core::TerminalSession::errorOutput, this, [&](const QByteArray &b) {
            errors += b;
        });
        QSignalSpy exited(session.get(), &core::TerminalSession::exited);
        session->write("hello\n");
        session->closeInput();

        QTRY_COMPARE(exited.size(), 1);
        QCOMPARE(exited[0][0].value<core::CommandExit>().code, 7);
        QCOMPARE(output, "hello\n");
        QCOMPARE(errors, "bad\n");
    }

    void replaysATerminalToTheNextClient()
    {
        started();
        const auto first = opened(
            u"terminal.open"_s, {{u"kind"_s, u"shell"_s}, {u"columns"_s, 90}, {u"rows"_s, 30}});
        QByteArray seen;
        connect(first.get(), &core::TerminalSession::output, this, [&](const QByteArray &b) {
            seen += b;
        });
        QSignalSpy live(first.get(), &core::TerminalSession::live);
        QTRY_COMPARE(live.size(), 1);
        first->resize(100, 40);
        first->write("size\r");
        QTRY_VERIFY(seen.contains("100x40"));

        const auto second = opened(u"terminal.open"_s,
            {{u"terminal"_s, first->terminal()}, {u"columns"_s, 80}, {u"rows"_s, 24}});
        QByteArray replay;
        connect(second.get(), &core::TerminalSession::output, this, [&](const QByteArray &b) {
            replay += b;
        });
        QSignalSpy replaying(second.get(), &core::TerminalSession::replaying);
        QTRY_VERIFY(replay.contains("100x40"));
        QCOMPARE(replaying.size(), 1);
    }

    void holdsBackASandboxThatIsFasterThanItsReader()
    {
        started();
        const auto session = opened(u"terminal.open"_s, {{u"kind"_s, u"shell"_s}});
        qsizetype got = 0;
        QSignalSpy live(session.get(), &core::TerminalSession::live);
        connect(session.get(), &core::TerminalSession::output, this, [&](const QByteArray &b) {
            got += b.size();
        });
        QTRY_COMPARE(live.size(), 1);
        session->setReading(false);
        session->write("flood 8192\r");
        QTRY_COMPARE(session->unsent(), 0);
        QVERIFY(settled(m_sandboxes->warden(m_id)->call(u"hello"_s)));
        QVERIFY(got < 1024);

        session->setReading(true);
        QTRY_VERIFY(got > 8192 * 1024);
    }

    void saysThatItIsDetachedWhenTheWardenDies()
    {
        started();
        const auto session = opened(u"terminal.open"_s, {{u"kind"_s, u"shell"_s}});
        QSignalSpy live(session.get(), &core::TerminalSession::live);
        QTRY_COMPARE(live.size(), 1);
        QSignalSpy detached(session.get(), &core::TerminalSession::detached);
        FakeHome::endWarden(m_id);

        QTRY_COMPARE(detached.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestWardenClient)
#include "tst_warden_client.moc"
