#include "core/link/greeting.h"

#include <QTest>

using namespace core::link;

namespace {

Nonce nonceOf(char letter)
{
    Nonce nonce{};
    nonce.fill(letter);
    return nonce;
}

/// What the guest answers to a host's hello.
Bytes answerTo(const HostGreeting &host)
{
    GuestGreeting guest(PortName::Control);
    return guest.feed(host.hello())->reply;
}

} // namespace

class TestLinkGreeting : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void bothEndsAgreeWhereverTheBytesAreSplit()
    {
        for (std::size_t split = 0; split <= greetingBytes + 5; ++split) {
            HostGreeting host(PortName::Control, nonceOf('a'));
            GuestGreeting guest(PortName::Control);

            const Bytes toGuest = host.hello() + "PRI *";
            const auto first = guest.feed(BytesView(toGuest).substr(0, split));
            Bytes rest(first->rest);
            const auto second = guest.feed(BytesView(toGuest).substr(split));
            rest += second->rest;
            const Bytes toHost = first->reply + second->reply + "reply";
            Bytes passed(*host.feed(BytesView(toHost).substr(0, split)));
            passed += *host.feed(BytesView(toHost).substr(split));

            QVERIFY(guest.done() && host.done());
            QCOMPARE(rest, Bytes("PRI *"));
            QCOMPARE(passed, Bytes("reply"));
        }
    }

    void remainderOfAnEarlierConnectionIsSkipped()
    {
        HostGreeting host(PortName::Control, nonceOf('a'));
        HostGreeting earlier(PortName::Control, nonceOf('b'));
        GuestGreeting guest(PortName::Control);

        const auto fed = guest.feed("PADDOCPADDOCK" + host.hello() + "x");
        const auto passed =
            host.feed("half a frame PADDOCK" + answerTo(earlier) + fed->reply + "y");

        QCOMPARE(fed->rest, Bytes("x"));
        QCOMPARE(*passed, Bytes("y"));
    }

    void duplicatesAreSwallowedOnBothEnds()
    {
        HostGreeting host(PortName::Control, nonceOf('a'));
        GuestGreeting guest(PortName::Control);

        const auto fed = guest.feed(host.hello() + host.hello() + host.hello() + "data");
        const auto passed = host.feed(fed->reply + fed->reply + "data");

        QCOMPARE(fed->reply.size(), greetingBytes);
        QCOMPARE(fed->rest, Bytes("data"));
        QVERIFY(!fed->restarted);
        QCOMPARE(*passed, Bytes("data"));
    }

    void newHelloRestartsALinkWhoseHangUpWasMissed()
    {
        HostGreeting first(PortName::Control, nonceOf('a'));
        HostGreeting second(PortName::Control, nonceOf('b'));
        GuestGreeting guest(PortName::Control);
        QVERIFY(guest.feed(first.hello() + "data").has_value());

        const auto fed = guest.feed(second.hello() + second.hello());

        QVERIFY(fed->restarted);
        QVERIFY(second.feed(fed->reply).has_value());
        QVERIFY(second.done());
        QCOMPARE(guest.feed("more")->rest, Bytes("more"));
    }

    void helloInsideDataIsData()
    {
        HostGreeting first(PortName::Control, nonceOf('a'));
        HostGreeting other(PortName::Control, nonceOf('b'));
        GuestGreeting guest(PortName::Control);
        QVERIFY(guest.feed(first.hello() + "data").has_value());

        const Bytes data = "x" + other.hello();
        const auto fed = guest.feed(data);

        QVERIFY(!fed->restarted);
        QCOMPARE(fed->rest, data);
    }

    void otherVersionIsMalformedForTheHost()
    {
        HostGreeting host(PortName::Control, nonceOf('a'));
        Bytes answer = answerTo(host);
        answer[8] = 99;

        const auto fed = host.feed(answer);

        QVERIFY(!fed);
        QCOMPARE(fed.error().kind, Error::Kind::Malformed);
    }

    void guestTellsItsVersionToAnotherHost()
    {
        Bytes hello = HostGreeting(PortName::Control, nonceOf('a')).hello();
        hello[8] = 99;
        GuestGreeting guest(PortName::Control);

        const auto fed = guest.feed(hello);

        QCOMPARE(fed->reply.size(), greetingBytes);
        QCOMPARE(fed->reply[8], static_cast<char>(linkVersion));
        QVERIFY(!guest.done());
    }

    void wrongPortIsMalformed()
    {
        GuestGreeting guest(PortName::Sync);
        QVERIFY(!guest.feed(HostGreeting(PortName::Egress, nonceOf('a')).hello()));
    }

    void silenceOf64KiBIsMalformed()
    {
        HostGreeting host(PortName::Control, nonceOf('a'));
        const Bytes noise(1 << 10, 'P');
        bool failed = false;
        for (int i = 0; i < 66 && !failed; ++i)
            failed = !host.feed(noise);
        QVERIFY(failed);
    }
};

QTEST_GUILESS_MAIN(TestLinkGreeting)
#include "tst_link_greeting.moc"
