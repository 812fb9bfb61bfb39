#include "core/guest/dns_message.h"

#include <QTest>

#include <random>

using namespace core::guest;
using namespace std::string_literals;

namespace {

std::string header(char questions = 1, char flags = 1)
{
    return "\x12\x34"s + flags + "\0\0"s + questions + "\0\0\0\0\0\0"s;
}

std::string question(const std::string &name, char type)
{
    return name + "\0\0"s + type + "\0\x01"s;
}

const std::string example = "\x03"
                            "Api\x07"
                            "example\x03"
                            "com"s;

} // namespace

class TestDnsMessage : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void readsTheNameInLowerCase()
    {
        const auto read = parseDnsQuery(header() + question(example, 1));

        QVERIFY(read);
        QCOMPARE(read->id, 0x1234);
        QCOMPARE(read->name, "api.example.com");
        QCOMPARE(read->type, dnsTypeA);
        QVERIFY(read->recursionDesired);
    }

    void dropsWhatIsNotOneOrdinaryQuestion_data()
    {
        QTest::addColumn<QByteArray>("packet");

        const auto row = [](const char *name, const std::string &packet) {
            QTest::newRow(name) << QByteArray::fromStdString(packet);
        };
        row("empty", "");
        row("header only", header());
        row("two questions", header(2) + question(example, 1) + question(example, 1));
        row("a response", header(1, '\x81') + question(example, 1));
        row("compression", header() + "\xc0\x0c\0\x01\0\x01"s);
        row("label past the end",
            header() + "\x3f"
                       "abc"s);
        row("a dot inside a label",
            header() + question("\x03"
                                "a.b"s,
                           1));
        row("a NUL inside a label",
            header() + question("\x03"
                                "a\0b"s,
                           1));
        row("the root", header() + question("", 1));
        row("class CHAOS", header() + example + "\0\0\x01\0\x03"s);
        row("longer than a stub resolver's",
            header() + question(example, 1) + std::string(600, 'x'));
        std::string longName;
        for (int i = 0; i < 5; ++i)
            longName += '\x3f' + std::string(63, 'a');
        row("a name over 253 bytes", header() + question(longName, 1));
    }
    void dropsWhatIsNotOneOrdinaryQuestion()
    {
        QFETCH(QByteArray, packet);

        QVERIFY(!parseDnsQuery(packet.toStdString()));
    }

    void answersWithTheQuestionAndAnAddress()
    {
        const auto read = parseDnsQuery(header() + question(example, 1));
        QVERIFY(read);

        const auto reply = dnsReply(*read, DnsAnswer::Address, 0xc6120001);

        const std::string expected = "\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0"s +
                                     question(example, 1) +
                                     "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc6\x12\0\x01"s;
        QCOMPARE(
            QByteArray::fromStdString(reply).toHex(), QByteArray::fromStdString(expected).toHex());
    }

    void saysWhyThereIsNoAddress()
    {
        const auto read = parseDnsQuery(header() + question(example, 28));
        QVERIFY(read);

        QCOMPARE(dnsReply(*read, DnsAnswer::NoData)[3] & 0x0f, 0);
        QCOMPARE(dnsReply(*read, DnsAnswer::NoSuchName)[3] & 0x0f, 3);
        QCOMPARE(dnsReply(*read, DnsAnswer::Failure)[3] & 0x0f, 2);
    }

    void survivesAnyBytes()
    {
        std::mt19937 random(20);
        const auto valid = header() + question(example, 1);
        int accepted = 0;
        for (int i = 0; i < 200'000; ++i) {
            auto packet = valid;
            packet.resize(random() % (valid.size() + 8));
            for (auto changes = random() % 4; changes > 0 && !packet.empty(); --changes)
                packet[random() % packet.size()] = static_cast<char>(random());
            if (const auto read = parseDnsQuery(packet)) {
                ++accepted;
                QVERIFY(!read->name.empty() && read->name.size() <= 253);
            }
        }
        QVERIFY(accepted > 0);
    }
};

QTEST_GUILESS_MAIN(TestDnsMessage)
#include "tst_dns_message.moc"
