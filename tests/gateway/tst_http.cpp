#include "core/gateway/chunks.h"
#include "core/gateway/http_head.h"
#include "core/gateway/injection.h"
#include "core/gateway/redaction.h"

#include <QTest>

using namespace core::gateway;

namespace {

RequestHead parsed(const std::string &head)
{
    return parseRequest(head).value_or(RequestHead{});
}

Binding binding()
{
    return {.service = "google",
        .hosts = {"generativelanguage.googleapis.com"},
        .pathPrefix = "/v1beta/",
        .strip = {"x-goog-api-key"},
        .header = "x-goog-api-key",
        .format = "{secret}",
        .secret = std::make_shared<const Secret>("real")};
}

/// The body, fed in pieces of `size` bytes; nothing on a fault.
std::optional<std::string> decoded(const std::string &chunks, std::size_t size)
{
    BodyReader reader({.kind = Framing::Kind::Chunked, .length = 0});
    std::string body;
    for (std::size_t at = 0; at < chunks.size(); at += size) {
        const auto fed = reader.feed(std::string_view(chunks).substr(at, size));
        if (!fed)
            return {};
        body += fed->body;
    }
    return reader.complete() ? std::optional(body) : std::nullopt;
}

} // namespace

class TestHttp : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void readsARequestAndWritesItAnew()
    {
        const auto head = parsed(
            "POST /a?b HTTP/1.1\r\nHost: x.example\r\nContent-Length: 7\r\nX-A:  1 \r\n\r\n");

        QCOMPARE(head.method, std::string("POST"));
        QCOMPARE(head.target, std::string("/a?b"));
        QCOMPARE(head.body.length, 7U);
        QCOMPARE(*head.headers.find("x-a"), std::string("1"));
        QCOMPARE(parseRequest(serialise(head))->headers, head.headers);
    }

    void refusesRequests_data()
    {
        QTest::addColumn<std::string>("request");
        QTest::addColumn<int>("status");
        const std::string line = "GET / HTTP/1.1\r\n";
        QTest::newRow("empty") << std::string("\r\n") << 400;
        QTest::newRow("HTTP/0.9") << std::string("GET /\r\n\r\n") << 400;
        QTest::newRow("HTTP/1.2") << std::string("GET / HTTP/1.2\r\n\r\n") << 400;
        QTest::newRow("two spaces") << std::string("GET  / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("tab") << std::string("GET\t/ HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("lower-case method") << std::string("get / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("fragment") << std::string("GET /#x HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("bare CR in a header") << line + "A: b\rc\r\n\r\n" << 400;
        QTest::newRow("NUL in a header") << line + std::string("A: b\0c\r\n\r\n", 10) << 400;
        QTest::newRow("empty name") << line + ": b\r\n\r\n" << 400;
        QTest::newRow("chunked in HTTP/1.0")
            << std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") << 400;
        QTest::newRow("huge length") << line + "Content-Length: 18446744073709551621\r\n\r\n"
                                     << 400;
        QTest::newRow("length list") << line + "Content-Length: 5, 5\r\n\r\n" << 400;
        QTest::newRow("vertical tab") << line + "Transfer-Encoding: chunked\v\r\n\r\n" << 400;
        QTest::newRow("long request line")
            << "GET /" + std::string(17000, 'a') + " HTTP/1.1\r\n\r\n"
            << 414;
        std::string many = line;
        for (int i = 0; i < 101; ++i)
            many += "A: b\r\n";
        QTest::newRow("101 headers") << many + "\r\n" << 431;
    }

    void refusesRequests()
    {
        QFETCH(const std::string, request);
        QFETCH(const int, status);

        const auto head = parseRequest(request);

        QVERIFY(!head);
        QCOMPARE(head.error().status, status);
    }

    void refusesResponses_data()
    {
        QTest::addColumn<std::string>("response");
        QTest::newRow("no status") << std::string("HTTP/1.1\r\n\r\n");
        QTest::newRow("status of two digits") << std::string("HTTP/1.1 20 OK\r\n\r\n");
        QTest::newRow("length and encoding") << std::string(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        QTest::newRow("split header")
            << std::string("HTTP/1.1 200 OK\r\nA: b\nSet-Cookie: c\r\n\r\n");
    }

    void refusesResponses()
    {
        QFETCH(const std::string, response);
        QVERIFY(!parseResponse(response, "GET"));
    }

    void knowsWhichResponsesHaveNoBody()
    {
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        QCOMPARE(parseResponse(head, "GET")->body.length, 5U);
        QCOMPARE(parseResponse(head, "HEAD")->body, Framing{});
        QCOMPARE(parseResponse("HTTP/1.1 304 Not Modified\r\n\r\n", "GET")->body, Framing{});
        QCOMPARE(
            parseResponse("HTTP/1.1 200 OK\r\n\r\n", "GET")->body.kind, Framing::Kind::UntilClose);
    }

    void removesWhatConnectionNames()
    {
        auto head = parsed(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-One, host, keep-alive\r\nX-One: 1\r\n"
            "X-Sandbox-Reason: forged\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nX-Two: 2\r\n\r\n");

        removeHopByHop(head.headers);

        QCOMPARE(head.headers.all, (std::vector<Header>{{"Host", "a"}, {"X-Two", "2"}}));
    }

    void takesChunksApartHoweverTheyArrive()
    {
        const std::string chunks =
            "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
        for (std::size_t size = 1; size < chunks.size(); ++size)
            QCOMPARE(decoded(chunks, size), std::optional<std::string>("hello world"));
    }

    void refusesChunks_data()
    {
        QTest::addColumn<std::string>("chunks");
        QTest::newRow("sign") << std::string("+5\r\nhello\r\n0\r\n\r\n");
        QTest::newRow("0x") << std::string("0x5\r\nhello\r\n0\r\n\r\n");
        QTest::newRow("no size") << std::string("\r\nhello\r\n0\r\n\r\n");
        QTest::newRow("overflow") << std::string("ffffffffffffffff1\r\nhello\r\n0\r\n\r\n");
        QTest::newRow("bare LF") << std::string("5\nhello\r\n0\r\n\r\n");
        QTest::newRow("longer than it says") << std::string("4\r\nhello\r\n0\r\n\r\n");
        QTest::newRow("bare CR") << std::string("5\rX\nhello\r\n0\r\n\r\n");
    }

    void refusesChunks()
    {
        QFETCH(const std::string, chunks);
        QCOMPARE(decoded(chunks, 1), std::nullopt);
        QCOMPARE(decoded(chunks, 1000), std::nullopt);
    }

    void replacesEveryKeyTheClientSent()
    {
        const auto bound = binding();
        auto head = parsed(
            "POST /v1beta/models?key=AIzaPADDOCKPH1&alt=sse HTTP/1.1\r\nHost: h\r\n"
            "X-Goog-Api-Key: mine\r\nX-GOOG-API-KEY: mine too\r\nAuthorization: Bearer x\r\n\r\n");

        QCOMPARE(inject(head, &bound, "/v1beta/models", true), Injection::Injected);

        QCOMPARE(head.target, std::string("/v1beta/models?alt=sse"));
        QCOMPARE(head.headers.count("x-goog-api-key"), 1U);
        QCOMPARE(*head.headers.find("x-goog-api-key"), std::string("real"));
        QCOMPARE(head.headers.count("authorization"), 0U);
    }

    void putsNoKeyOnOtherPaths()
    {
        const auto bound = binding();
        auto head =
            parsed("GET /other HTTP/1.1\r\nHost: h\r\nX-Goog-Api-Key: AIzaPADDOCKPH1\r\n\r\n");

        QCOMPARE(inject(head, &bound, "/other", true), Injection::Stripped);
        QCOMPARE(head.headers.count("x-goog-api-key"), 0U);
        QCOMPARE(inject(head, &bound, "/v1beta/x", false), Injection::Stripped);
        head.headers.set("X-Hidden", "AIzaPADDOCKPH1");
        QCOMPARE(inject(head, &bound, "/v1beta/x", true), Injection::Mismatch);
    }

    void takesAKeyOutOfAnAnswer_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("passed");
        const QByteArray key = "sk-real/key+1";
        QTest::newRow("as it is") << QByteArray("{\"k\":\"" + key + "\"}")
                                  << QByteArray("{\"k\":\"xxxxxxxxxxxxx\"}");
        QTest::newRow("twice") << key + key << QByteArray(26, 'x');
        QTest::newRow("percent-encoded")
            << QByteArray("?k=sk-real%2Fkey%2B1&a=b") << QByteArray("?k=xxxxxxxxxxxxxxxxx&a=b");
        QTest::newRow("almost") << QByteArray("sk-real/key+2 sk-real/key+")
                                << QByteArray("sk-real/key+2 sk-real/key+");
        for (const char *before : {"", "a", "ab", "user:", "x-access-token:"}) {
            const QByteArray encoded = (before + key + "\n").toBase64();
            QTest::addRow("base64 behind %s", before)
                << encoded << QByteArray(); // only that nothing of it is left
        }
    }
    void takesAKeyOutOfAnAnswer()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, passed);
        const std::string key = "sk-real/key+1";

        for (std::size_t size = 1; size <= std::size_t(answer.size()); ++size) {
            Redactor redactor(key);
            std::string out;
            for (std::size_t at = 0; at < std::size_t(answer.size()); at += size)
                out += redactor.feed(answer.toStdString().substr(at, size));
            out += redactor.rest();

            QCOMPARE(out.size(), std::size_t(answer.size()));
            if (!passed.isEmpty())
                QCOMPARE(out, passed.toStdString());
            else
                QVERIFY(!QByteArray::fromBase64(QByteArray::fromStdString(out)).contains("real"));
        }
    }

    void holdsBackOnlyWhatMayBeAKey()
    {
        Redactor redactor("sk-real-key");
        QCOMPARE(redactor.feed("data: 1\n\n"), std::string("data: 1\n\n"));
        QCOMPARE(redactor.feed("data: sk-re"), std::string("data: "));
        QCOMPARE(redactor.feed("st"), std::string("sk-rest"));
        QCOMPARE(redactor.rest(), std::string());
        QCOMPARE(Redactor().feed("sk-real-key"), std::string("sk-real-key"));
    }

    void refusesASecretThatCouldBeginAHeader()
    {
        auto bound = binding();
        bound.secret = std::make_shared<const Secret>("real\r\nX: y");
        auto head = parsed("GET /v1beta/x HTTP/1.1\r\nHost: h\r\n\r\n");
        QCOMPARE(inject(head, &bound, "/v1beta/x", true), Injection::Missing);
    }
};

QTEST_GUILESS_MAIN(TestHttp)
#include "tst_http.moc"
