#include "core/link/session.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace core::link;

namespace {

const Headers request{
    {":method", "POST"}, {":scheme", "http"}, {":path", "/exec"}, {":authority", "guest"}};

/// One end, with all that it heard.
struct End
{
    explicit End(Session::Role role, const Limits &limits = {})
    {
        SessionEvents events;
        events.opened = [this](StreamId id, const Headers &headers) {
            opened.push_back(id);
            lastHeaders = headers;
            if (answers)
                session->answer(id, 200, {{"x-reason", "fine"}});
        };
        events.answered = [this](StreamId, int code, const Headers &headers) {
            status = code;
            lastHeaders = headers;
        };
        events.data = [this](StreamId id, BytesView bytes) {
            received[id] += bytes;
            if (credits)
                session->consumed(id, bytes.size());
        };
        events.ended = [this](StreamId id) { ended.push_back(id); };
        events.closed = [this](StreamId id, std::uint32_t code) { closed[id] = code; };
        events.writable = [this](StreamId) { ++writable; };
        session = std::move(*Session::create(role, std::move(events), limits));
    }

    std::unique_ptr<Session> session;
    bool answers = true;
    bool credits = true;
    int status = 0;
    int writable = 0;
    Headers lastHeaders;
    std::vector<StreamId> opened;
    std::vector<StreamId> ended;
    std::map<StreamId, Bytes> received;
    std::map<StreamId, std::uint32_t> closed;
};

bool deliver(End &from, End &to, std::size_t step)
{
    const Bytes bytes = from.session->takeOutput();
    for (std::size_t at = 0; at < bytes.size(); at += step)
        if (!to.session->receive(BytesView(bytes).substr(at, step)))
            return false;
    return true;
}

/// Until both are quiet; false when one gave up.
bool settle(End &one, End &other, std::size_t step = 1 << 20)
{
    while (one.session->wantsOutput() || other.session->wantsOutput())
        if (!deliver(one, other, step) || !deliver(other, one, step))
            return false;
    return true;
}

} // namespace

class TestLinkSession : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void requestAndAnswerSurviveASplitAtEveryByte()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server);
        const auto id = *client.session->open(request);
        QCOMPARE(client.session->write(id, "question"), std::size_t{8});
        client.session->finish(id);

        QVERIFY(settle(client, server, 1));
        QCOMPARE(server.session->write(id, "answer"), std::size_t{6});
        server.session->finish(id);
        QVERIFY(settle(client, server, 1));

        QCOMPARE(server.received[id], Bytes("question"));
        QCOMPARE(client.received[id], Bytes("answer"));
        QCOMPARE(client.status, 200);
        QCOMPARE(headerValue(client.lastHeaders, "x-reason"), std::string_view("fine"));
        QCOMPARE(client.closed.at(id), 0u);
        QCOMPARE(server.closed.at(id), 0u);
    }

    void bulkThatIsPutInPlaceArrivesWhole_data()
    {
        QTest::addColumn<unsigned>("window");
        QTest::newRow("windows smaller than a frame") << 20000u;
        QTest::newRow("windows of a frame's odd multiple") << 200001u;
        QTest::newRow("windows larger than the queue") << (4u << 20);
    }

    void bulkThatIsPutInPlaceArrivesWhole()
    {
        QFETCH(unsigned, window);
        End client(Session::Role::Client, {.sendBuffer = 300 << 10});
        End server(Session::Role::Server, {.firstWindow = window, .largestWindow = window});
        Bytes bulk(3 << 20, '\0');
        for (std::size_t i = 0; i < bulk.size(); ++i)
            bulk[i] = static_cast<char>(i * 31 >> 7);
        const auto id = *client.session->open(request);
        std::size_t sent = 0;
        std::size_t wanted = 1;
        const auto source = [&](std::span<char> room) {
            const auto part = BytesView(bulk).substr(sent, std::min(room.size(), wanted));
            std::ranges::copy(part, room.begin());
            sent += part.size();
            wanted = wanted * 3 % 100003; // short and long ones
            return part.size();
        };

        QCOMPARE(client.session->fill(id, [](std::span<char>) { return std::size_t{0}; }),
            std::size_t{0});
        while (sent < bulk.size()) {
            while (sent < bulk.size() && client.session->fill(id, source) > 0) {
            }
            QVERIFY(client.session->queued(id) < (364 << 10));
            QVERIFY(settle(client, server));
        }
        client.session->finish(id);
        QVERIFY(settle(client, server));

        QVERIFY(server.received[id] == bulk);
        QVERIFY(client.writable > 0);
        QCOMPARE(server.ended, std::vector{id});
        QCOMPARE(client.session->fill(id, source), std::size_t{0});
    }

    void bulkArrivesWholeThroughSmallWindows()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server, {.firstWindow = 65535, .largestWindow = 65535});
        Bytes bulk(5 << 20, '\0');
        for (std::size_t i = 0; i < bulk.size(); ++i)
            bulk[i] = static_cast<char>(i * 31 >> 7);
        const auto id = *client.session->open(request);

        for (std::size_t sent = 0; sent < bulk.size();) {
            sent += client.session->write(id, BytesView(bulk).substr(sent));
            QVERIFY(settle(client, server));
        }
        client.session->finish(id);
        QVERIFY(settle(client, server));

        QVERIFY(server.received[id] == bulk);
        QVERIFY(client.writable > 0);
        QCOMPARE(server.ended, std::vector<StreamId>{id});
    }

    void readerThatDoesNotCreditHoldsTheWriterBack()
    {
        End client(Session::Role::Client, {.sendBuffer = 100'000});
        End server(Session::Role::Server, {.firstWindow = 65535});
        server.credits = false;
        const auto id = *client.session->open(request);
        const Bytes bulk(1 << 20, 'x');

        std::size_t sent = 0;
        for (int i = 0; i < 20; ++i) {
            sent += client.session->write(id, BytesView(bulk).substr(sent));
            QVERIFY(settle(client, server));
        }

        QCOMPARE(server.received[id].size(), std::size_t{65535});
        QCOMPARE(sent, std::size_t{165535});
        QCOMPARE(client.session->queued(id), std::size_t{100'000});
        const int before = client.writable;
        server.session->consumed(id, 65535);
        QVERIFY(settle(client, server));
        QCOMPARE(client.writable, before + 1);
    }

    void readerThatCreditsIsGivenMoreRoom()
    {
        End client(Session::Role::Client, {.sendBuffer = 1 << 20});
        End server(Session::Role::Server, {.firstWindow = 65535, .largestWindow = 300'000});
        const auto id = *client.session->open(request);
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(client.session->write(id, Bytes(65535, 'x')), std::size_t{65535});
            QVERIFY(settle(client, server));
        }

        server.credits = false;
        const auto before = server.received[id].size();
        QCOMPARE(client.session->write(id, Bytes(1 << 20, 'x')), std::size_t{1 << 20});
        QVERIFY(settle(client, server));

        const auto held = server.received[id].size() - before;
        QVERIFY2(held > 150'000 && held <= 300'000, qPrintable(QString::number(held)));
    }

    void streamsThatNobodyReadsDoNotHoldUpAnother_data()
    {
        QTest::addColumn<int>("stalled");
        QTest::addColumn<bool>("afterReading");
        QTest::newRow("a few that were read for a while") << 4 << true;
        QTest::newRow("all but one") << 63 << false;
    }

    void streamsThatNobodyReadsDoNotHoldUpAnother()
    {
        QFETCH(int, stalled);
        QFETCH(bool, afterReading);
        const Limits limits{.maxStreams = 64};
        End client(Session::Role::Client, limits);
        End server(Session::Role::Server, limits);
        const Bytes bulk(1 << 20, 'x');
        std::vector<StreamId> streams;
        for (int i = 0; i < stalled; ++i)
            streams.push_back(*client.session->open(request, true));
        QVERIFY(settle(client, server));
        for (int round = 0; round < (afterReading ? 20 : 0); ++round) {
            for (const auto id : streams)
                QCOMPARE(server.session->write(id, bulk), bulk.size());
            QVERIFY(settle(client, server));
        }
        client.credits = false;
        client.received.clear();
        for (int round = 0; round < 10; ++round) {
            for (const auto id : streams)
                (void)server.session->write(id, bulk);
            QVERIFY(settle(client, server));
        }
        std::size_t held = 0;
        for (const auto &[id, bytes] : client.received)
            held += bytes.size();
        QVERIFY2(held <= limits.maxStreams * limits.firstWindow + limits.growth,
            qPrintable(QString::number(held)));

        const auto id = *client.session->open(request, true);
        QVERIFY(settle(client, server));
        QCOMPARE(server.session->write(id, "alive"), std::size_t{5});
        server.session->finish(id);
        QVERIFY(settle(client, server));

        QCOMPARE(client.received[id], Bytes("alive"));
    }

    void aStreamsRoomGoesToOthersAfterItsEnd()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server);
        const Bytes bulk(1 << 20, 'x');
        std::size_t least = SIZE_MAX;
        for (int i = 0; i < 20; ++i) {
            const auto id = *client.session->open(request, true);
            client.credits = true;
            for (int round = 0; round < 20; ++round) {
                QVERIFY(settle(client, server));
                (void)server.session->write(id, bulk);
            }
            QVERIFY(settle(client, server));
            client.credits = false;
            client.received.clear();
            for (int round = 0; round < 10; ++round) {
                (void)server.session->write(id, bulk);
                QVERIFY(settle(client, server));
            }
            least = std::min(least, client.received[id].size());
            client.session->reset(id);
            QVERIFY(settle(client, server));
        }
        QVERIFY2(least > (2 << 20), qPrintable(QString::number(least)));
    }

    void resetStreamFreesTheConnectionsWindow()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server, {.firstWindow = 65535});
        server.credits = false;
        for (int i = 0; i < 5; ++i) {
            const auto id = *client.session->open(request);
            QVERIFY(client.session->write(id, Bytes(65535, 'x')) > 0);
            QVERIFY(settle(client, server));
            QCOMPARE(server.received[id].size(), std::size_t{65535});
            server.session->reset(id);
            QVERIFY(settle(client, server));
            QCOMPARE(client.closed.at(id), 8u);
        }
    }

    void streamsPastTheLimitAreTooLarge()
    {
        End client(Session::Role::Client, {.maxStreams = 3});
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.session->open(request).has_value());
        QCOMPARE(client.session->open(request).error().kind, Error::Kind::TooLarge);
    }

    void headersPastTheLimitEndTheStreamOnly()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server, {.headerBytes = 1000});
        Headers large = request;
        large.emplace_back("x-large", std::string(2000, 'x'));
        const auto refused = *client.session->open(large, true);
        const auto fine = *client.session->open(request, true);

        QVERIFY(settle(client, server));

        QCOMPARE(server.opened, std::vector<StreamId>{fine});
        QVERIFY(client.closed.contains(refused));
        QVERIFY(!server.closed.contains(refused));
    }

    void floodOfPingsEndsTheSession()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server);
        QVERIFY(settle(client, server));
        Bytes ping("\0\0\x08\x06\0\0\0\0\0", 9);
        ping += "12345678";

        bool failed = false;
        for (int i = 0; i < 20000 && !failed; ++i) {
            failed = !server.session->receive(ping);
            (void)server.session->takeOutput();
        }

        QVERIFY(failed);
    }

    void answerWithoutABodyEndsTheStream()
    {
        End client(Session::Role::Client);
        End server(Session::Role::Server);
        server.answers = false;
        const auto id = *client.session->open(request, true);
        QVERIFY(settle(client, server));

        server.session->answer(id, 403, {}, true);
        QVERIFY(settle(client, server));

        QCOMPARE(client.status, 403);
        QVERIFY(client.closed.contains(id));
    }

    void outputIsNotTakenInsideACallback()
    {
        Session *inner = nullptr;
        Bytes taken = "untouched";
        SessionEvents events;
        events.opened = [&](StreamId id, const Headers &) {
            inner->answer(id, 200, {}, true);
            taken = inner->takeOutput();
        };
        auto server = *Session::create(Session::Role::Server, std::move(events));
        inner = server.get();
        End client(Session::Role::Client);
        QVERIFY(client.session->open(request, true).has_value());

        QVERIFY(server->receive(client.session->takeOutput()).has_value());

        QVERIFY(taken.empty());
        QVERIFY(!server->takeOutput().empty());
    }

    void noiseAfterTheGreetingIsAnErrorAndStaysOne()
    {
        End server(Session::Role::Server);
        QVERIFY(!server.session->receive("PADDOCK?PADDOCK?PADDOCK?"));
        QVERIFY(!server.session->receive("more"));
    }
};

QTEST_GUILESS_MAIN(TestLinkSession)
#include "tst_link_session.moc"
