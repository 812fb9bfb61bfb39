#include "core/gateway/chunks.h"
#include "core/gateway/client_hello.h"
#include "core/gateway/http_head.h"
#include "core/policy/decide.h"
#include "core/policy/path.h"
#include "core/policy/policy_text.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace core;

namespace {

constexpr int budgetMs = 1500;

/// Takes samples and spoils them: bytes changed, cut, doubled, mixed with other samples.
class Spoiler
{
public:
    explicit Spoiler(std::vector<std::string> samples)
        : m_samples(std::move(samples))
    {
    }

    std::string next()
    {
        auto bytes = m_samples[below(m_samples.size())];
        for (auto changes = below(6); changes > 0 && !bytes.empty(); --changes)
            spoil(bytes);
        return bytes;
    }

private:
    std::size_t below(std::size_t limit) { return m_random() % limit; }

    void spoil(std::string &bytes)
    {
        static constexpr std::string_view odd("\0\r\n\t :;,/\\%.*?#@\x16\x03\xff\x80", 21);
        const auto at = below(bytes.size());
        switch (below(5)) {
        case 0:
            bytes[at] = static_cast<char>(below(256));
            break;
        case 1:
            bytes.insert(at, 1, odd[below(odd.size())]);
            break;
        case 2:
            bytes.erase(at, below(4) + 1);
            break;
        case 3:
            bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
            break;
        default:
            bytes += m_samples[below(m_samples.size())];
        }
    }

    std::vector<std::string> m_samples;
    std::mt19937 m_random{20260101};
};

template <typename Check>
int hammer(std::vector<std::string> samples, Check check)
{
    Spoiler spoiler(std::move(samples));
    QElapsedTimer timer;
    timer.start();
    int rounds = 0;
    for (; timer.elapsed() < budgetMs; ++rounds)
        check(spoiler.next());
    return rounds;
}

} // namespace

class TestFuzz : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void whatIsWrittenIsReadTheSameAgain()
    {
        const auto rounds = hammer(
            {"GET /a HTTP/1.1\r\nHost: x.example\r\nAccept: */*\r\n\r\n",
                "POST http://x.example/ HTTP/1.1\r\nHost: x.example\r\nContent-Length: 3\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                "CONNECT x.example:443 HTTP/1.1\r\nHost: x.example:443\r\n\r\n"},
            [](const std::string &bytes) {
                const auto head = gateway::parseRequest(bytes);
                if (!head)
                    return;
                const auto again = gateway::parseRequest(gateway::serialise(*head));
                QVERIFY(again.has_value());
                QCOMPARE(again->headers, head->headers);
                QCOMPARE(again->body, head->body);
                QVERIFY(head->headers.count("host") <= 1);
            });
        QVERIFY(rounds > 100);
    }

    void chunksDoNotDependOnHowTheyArrive()
    {
        hammer({"5\r\nhello\r\n0\r\n\r\n", "a;b=c\r\n0123456789\r\n0\r\nT: x\r\n\r\n"},
            [](const std::string &bytes) {
                gateway::BodyReader whole({.kind = gateway::Framing::Kind::Chunked, .length = 0});
                gateway::BodyReader single({.kind = gateway::Framing::Kind::Chunked, .length = 0});
                const auto atOnce = whole.feed(bytes);
                std::string body;
                bool good = true;
                for (std::size_t i = 0; i < bytes.size() && good && !single.complete(); ++i) {
                    const auto fed = single.feed(std::string_view(bytes).substr(i, 1));
                    good = fed.has_value();
                    body += good ? fed->body : "";
                }
                QCOMPARE(good, atOnce.has_value());
                if (good)
                    QCOMPARE(body, atOnce->body);
            });
    }

    void aClientHelloIsReadWithinItsBytes()
    {
        const std::string name("\x00\x00\x00\x0e\x00\x0c\x00\x00\x09x.example", 19);
        const std::string body = std::string("\x03\x03", 2) + std::string(32, 'r') +
                                 std::string("\x00\x00\x02\x13\x01\x01\x00\x00\x12", 9) + name;
        const std::string hello =
            std::string("\x16\x03\x01\x00", 4) + static_cast<char>(body.size() + 4) +
            std::string("\x01\x00\x00", 3) + static_cast<char>(body.size()) + body;
        hammer({hello}, [](const std::string &bytes) {
            const auto read = gateway::readClientHello(bytes);
            if (read.kind == gateway::ClientHello::Kind::Complete)
                QVERIFY(read.serverName.size() <= bytes.size());
        });
    }

    void aPolicyTextIsReadOrFaulted()
    {
        hammer({"paddock-policy 1\ndefault deny\ninclude npm\nallow "
                "https://*.example.com:443,8000-8010 method=GET path=/a/**\n",
                   "paddock-policy 1\n@a deny 10.0.0.0/8\ngrant https://x.example:443\nask "
                   "[::1]:80\n"},
            [](const std::string &bytes) {
                const auto parsed = policy::parsePolicy(bytes, "s");
                if (!parsed.isValid())
                    return;
                for (const auto &rule : parsed.rules) {
                    const auto again = policy::parseRule(policy::toText(rule));
                    QVERIFY2(again.has_value(), policy::toText(rule).c_str());
                    QCOMPARE(policy::toText(*again), policy::toText(rule));
                }
            });
    }

    void aCanonicalHostIsItsOwnCanonicalHost()
    {
        hammer({"example.com",
                   "xn--bcher-kva.example.net",
                   "127.0.0.1",
                   "[2001:db8::1]",
                   "a.b.c.example.",
                   "[::ffff:1.2.3.4]"},
            [](const std::string &bytes) {
                const auto host = policy::canonicalHost(bytes);
                if (!host)
                    return;
                QCOMPARE(policy::canonicalHost(host->authority()), host);
            });
    }

    void aCanonicalPathIsItsOwnCanonicalPath()
    {
        hammer({"/a/../b?c", "/%2e%2e/x", "/a%2fb;c", "/%zz", "/a//b/."},
            [](const std::string &bytes) {
                const auto path = policy::canonicalPath(bytes);
                if (path.state == policy::CanonicalPath::State::Plain)
                    QCOMPARE(policy::canonicalPath(path.text).text, path.text);
            });
    }
};

QTEST_GUILESS_MAIN(TestFuzz)
#include "tst_fuzz.moc"
