#include "core/link/greeting.h"
#include "core/link/session.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace core::link;

namespace {

constexpr qint64 budgetMs = 3000;

/// A valid conversation of the other end, to be damaged.
Bytes recorded(Session::Role role)
{
    auto peer = *Session::create(role, {});
    if (role == Session::Role::Client)
        for (int i = 0; i < 3; ++i) {
            const auto id = *peer->open({{":method", "POST"},
                {":scheme", "http"},
                {":path", "/exec"},
                {":authority", "guest"}});
            (void)peer->write(id, Bytes(300, 'x'));
            peer->finish(id);
        }
    return peer->takeOutput();
}

void damage(Bytes &bytes, std::mt19937 &random)
{
    for (unsigned changes = random() % 6; changes > 0 && !bytes.empty(); --changes) {
        const std::size_t at = random() % bytes.size();
        switch (random() % 3) {
        case 0:
            bytes[at] = static_cast<char>(random());
            break;
        case 1:
            bytes.erase(at, random() % 9);
            break;
        default:
            bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 60));
        }
    }
}

} // namespace

class TestLinkFuzz : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void damagedConversationNeverBreaksTheSession_data()
    {
        QTest::addColumn<bool>("server");
        QTest::newRow("as server") << true;
        QTest::newRow("as client") << false;
    }

    void damagedConversationNeverBreaksTheSession()
    {
        QFETCH(bool, server);
        const auto role = server ? Session::Role::Server : Session::Role::Client;
        const Bytes valid = recorded(server ? Session::Role::Client : Session::Role::Server);
        std::mt19937 random(20261123);
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < budgetMs) {
            std::unique_ptr<Session> session;
            std::size_t received = 0;
            SessionEvents events;
            events.opened = [&](StreamId id, const Headers &) {
                session->answer(id, 200, {}, false);
            };
            events.data = [&](StreamId id, BytesView bytes) {
                received += bytes.size();
                session->consumed(id, bytes.size());
            };
            events.ended = [&](StreamId id) { session->finish(id); };
            session = *Session::create(role, std::move(events));
            if (!server)
                (void)session->open(
                    {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "g"}});
            Bytes bytes = valid;
            damage(bytes, random);
            const bool alive = session->receive(bytes).has_value();
            QVERIFY(received <= bytes.size());
            QVERIFY(session->takeOutput().size() < (1 << 20));
            if (!alive)
                QVERIFY(!session->receive("x"));
        }
    }

    void noisyGreetingsNeverYieldMoreThanTheyWereGiven()
    {
        std::mt19937 random(20261123);
        Nonce nonce{};
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < budgetMs / 2) {
            HostGreeting host(PortName::Sync, nonce);
            GuestGreeting guest(PortName::Sync);
            for (int part = 0; part < 6; ++part) {
                Bytes bytes = host.hello() + host.hello();
                damage(bytes, random);
                const auto fed = guest.feed(bytes);
                if (!fed)
                    break;
                QVERIFY(fed->rest.size() <= bytes.size() + greetingBytes);
                Bytes reply = fed->reply;
                damage(reply, random);
                if (!host.feed(reply))
                    break;
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLinkFuzz)
#include "tst_link_fuzz.moc"
