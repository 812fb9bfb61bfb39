#include "core/client/warden_client.h"
#include "core/link/channel_frames.h"
#include "core/warden/api_server.h"
#include "tests/eventually.h"

#include <QJsonArray>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace core;
using namespace Qt::StringLiterals;

class TestApi : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<ApiServer>();
        QVERIFY(m_server->listen(path()));
        m_server->add(u"echo"_s,
            [](const QJsonObject &parameters) { return ready(Result<QJsonObject>(parameters)); });
        m_server->add(u"fail"_s, [](const QJsonObject &) {
            return ready(
                Result<QJsonObject>(std::unexpected(Error{Error::Kind::SyncHalted, u"held"_s})));
        });
    }
    void cleanup() { m_server.reset(); }

    void answersCalls()
    {
        WardenClient client(path());

        const auto answer = client.call(u"echo"_s, {{u"a"_s, 1}});

        QTRY_VERIFY(answer.isFinished());
        QCOMPARE(answer.result().value(), QJsonObject({{u"a"_s, 1}}));
    }

    void errorsKeepTheirKind()
    {
        WardenClient client(path());

        const auto answer = client.call(u"fail"_s);

        QTRY_VERIFY(answer.isFinished());
        QCOMPARE(answer.result().error().kind, Error::Kind::SyncHalted);
        QCOMPARE(answer.result().error().detail, u"held"_s);
    }

    void anUnknownMethodIsUsage()
    {
        WardenClient client(path());

        const auto answer = client.call(u"nonsense"_s);

        QTRY_VERIFY(answer.isFinished());
        QCOMPARE(answer.result().error().kind, Error::Kind::Usage);
    }

    void notifiesOnlySubscribers()
    {
        WardenClient curious(path());
        WardenClient other(path());
        QSignalSpy toCurious(&curious, &WardenClient::notified);
        QSignalSpy toOther(&other, &WardenClient::notified);
        const auto subscribed =
            curious.call(u"subscribe"_s, {{u"topics"_s, QJsonArray{u"status"_s}}});
        const auto greeted = other.call(u"echo"_s);
        QTRY_VERIFY(subscribed.isFinished() && greeted.isFinished());

        m_server->notify(u"status"_s, {{u"state"_s, u"running"_s}});
        m_server->notify(u"sync"_s, {});

        QTRY_COMPARE(toCurious.count(), 1);
        QCOMPARE(toOther.count(), 0);
    }

    void aTicketOpensOneDataConnection()
    {
        QByteArray early;
        int taken = 0;
        std::unique_ptr<QLocalSocket> kept;
        const auto ticket = m_server->issueTicket(
            [&](std::unique_ptr<QLocalSocket> socket, const QByteArray &bytes) {
                ++taken;
                early = bytes;
                kept = std::move(socket);
            });
        QLocalSocket first;
        QLocalSocket second;
        const QByteArray line = "{\"ticket\":\"" + ticket.toUtf8() + "\"}\nrest";

        first.connectToServer(path());
        first.write(line);
        QTRY_COMPARE(taken, 1);
        QCOMPARE(early, QByteArray("rest"));
        second.connectToServer(path());
        second.write(line);

        QTRY_COMPARE(second.state(), QLocalSocket::UnconnectedState);
        QCOMPARE(taken, 1);
    }

    void hangsUpOnALineWithoutEnd()
    {
        QLocalSocket socket;
        socket.connectToServer(path());
        const QByteArray block(64 << 10, 'x');
        for (int i = 0; i < 24; ++i)
            socket.write(block);

        QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
        QCOMPARE(m_server->clients(), 0);
    }

    void replacesAStaleSocket()
    {
        ApiServer other;
        const auto stale = m_directory->filePath(u"stale.sock"_s);
        QFile file(stale);
        QVERIFY(file.open(QFile::WriteOnly));
        file.close();

        QVERIFY(other.listen(stale));
    }

private:
    [[nodiscard]] QString path() const { return m_directory->filePath(u"warden.sock"_s); }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ApiServer> m_server;
};

QTEST_GUILESS_MAIN(TestApi)
#include "tst_api.moc"
