#include "vmm/qmp/message.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm::qmp;
using vmm::Error;

class TestMessage : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void writesOneLineForEachCommand()
    {
        QCOMPARE(
            encode({.name = u"stop"_s, .arguments = {}}, 7), "{\"execute\":\"stop\",\"id\":7}\n");
        QCOMPARE(encode({.name = u"getfd"_s, .arguments = {{u"fdname"_s, u"a\nb"_s}}}, 8),
            "{\"arguments\":{\"fdname\":\"a\\nb\"},\"execute\":\"getfd\",\"id\":8}\n");
    }

    void readsGreeting()
    {
        const auto message = decode(
            R"({"QMP": {"version": {"qemu": {"micro": 13, "minor": 0, "major": 10}}, "capabilities": ["oob"]}})");

        QCOMPARE(std::get<Greeting>(message.value()).version, u"10.0.13"_s);
    }

    void readsReply()
    {
        const auto message = decode(R"({"return": {"status": "running"}, "id": 3})");

        const auto &reply = std::get<Reply>(message.value());
        QCOMPARE(reply.id, 3);
        QCOMPARE(reply.value.value()[u"status"_s].toString(), u"running"_s);
    }

    void readsRefusalInQemusWords()
    {
        const auto message =
            decode(R"({"id": 4, "error": {"class": "GenericError", "desc": "no such fd"}})");

        const auto &reply = std::get<Reply>(message.value());
        QCOMPARE(reply.id, 4);
        QCOMPARE(reply.value.error().kind, Error::Kind::Refused);
        QCOMPARE(reply.value.error().detail, u"GenericError: no such fd"_s);
    }

    void readsEvent()
    {
        const auto message =
            decode(R"({"event": "SHUTDOWN", "data": {"reason": "guest-reset"}, "timestamp": {}})");

        const auto &event = std::get<Event>(message.value());
        QCOMPARE(event.name, u"SHUTDOWN"_s);
        QCOMPARE(event.data[u"reason"_s].toString(), u"guest-reset"_s);
    }

    void refusesWhatIsNoMessage_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("half a message") << QByteArray(R"({"return":)");
        QTest::newRow("an array") << QByteArray("[1]");
        QTest::newRow("an object of no kind") << QByteArray(R"({"a":1})");
        QTest::newRow("deep nesting") << QByteArray(5000, '[');
    }

    void refusesWhatIsNoMessage()
    {
        QFETCH(QByteArray, line);

        const auto message = decode(line);

        QVERIFY(!message);
        QCOMPARE(message.error().kind, Error::Kind::ProtocolViolation);
    }
};

QTEST_GUILESS_MAIN(TestMessage)
#include "tst_message.moc"
