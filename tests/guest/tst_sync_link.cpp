#include "core/guest/sync_link.h"

#include <QTest>

using namespace core;
using namespace core::guest;

/// The link with an owner whose port can be closed for writing.
class TestSyncLink : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_sent.clear();
        m_received.clear();
        m_restarts = 0;
        m_isOpen = true;
        m_link = std::make_unique<SyncLink>(
            SyncLink::Owner{.send = [this](std::string_view bytes) { return write(bytes); },
                .restart = [this] { ++m_restarts; },
                .receive = [this](std::string_view bytes) -> Outcome<> {
                    if (bytes == "nonsense")
                        return std::unexpected("not the protocol");
                    m_received += bytes;
                    return {};
                }});
    }

    void aGreetingIsAnsweredOnce()
    {
        QVERIFY(m_link->take(hello('a')).has_value());
        QVERIFY(m_link->take(hello('a')).has_value());
        QVERIFY(m_link->take("hello, session").has_value());

        QVERIFY(isAnswer(m_sent, 'a'));
        QCOMPARE(m_received, std::string("hello, session"));
        QCOMPARE(m_restarts, 0);
    }

    void anAnswerThatCouldNotBeSentIsGivenToTheSameGreetingAgain()
    {
        m_isOpen = false;
        QVERIFY(!m_link->take(hello('a')).has_value());
        m_isOpen = true;
        QVERIFY(m_link->take(hello('a')).has_value());

        QVERIFY(isAnswer(m_sent, 'a'));
    }

    void aNewGreetingRestarts()
    {
        QVERIFY(m_link->take(hello('a')).has_value());
        m_sent.clear();
        QVERIFY(m_link->take(hello('b')).has_value());

        QVERIFY(isAnswer(m_sent, 'b'));
        QCOMPARE(m_restarts, 1);
    }

    void afterAFailureTheNextGreetingIsAnswered()
    {
        QVERIFY(m_link->take(hello('a')).has_value());
        QVERIFY(!m_link->take("nonsense").has_value());
        m_sent.clear();
        QVERIFY(m_link->take(hello('b')).has_value());

        QVERIFY(isAnswer(m_sent, 'b'));
    }

private:
    static link::HostGreeting greeting(char nonce)
    {
        link::Nonce bytes{};
        bytes.fill(nonce);
        return {link::PortName::Sync, bytes};
    }
    static std::string hello(char nonce) { return greeting(nonce).hello(); }
    static bool isAnswer(const std::string &bytes, char nonce)
    {
        auto host = greeting(nonce);
        const auto rest = host.feed(bytes);
        return rest && host.done() && bytes.size() == link::greetingBytes;
    }
    Outcome<> write(std::string_view bytes)
    {
        if (!m_isOpen)
            return std::unexpected("the host is gone");
        m_sent += bytes;
        return {};
    }

    std::unique_ptr<SyncLink> m_link;
    std::string m_sent;
    std::string m_received;
    int m_restarts = 0;
    bool m_isOpen = true;
};

QTEST_GUILESS_MAIN(TestSyncLink)
#include "tst_sync_link.moc"
