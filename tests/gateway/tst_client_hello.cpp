#include "core/gateway/client_hello.h"

#include <QTest>

#include <openssl/ssl.h>

using namespace core::gateway;
using Kind = ClientHello::Kind;

namespace {

/// What OpenSSL sends first when it wants `name`.
std::string realHello(const char *name)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (name != nullptr)
        SSL_set_tlsext_host_name(ssl, name);
    SSL_set_connect_state(ssl);
    SSL_do_handshake(ssl);
    char *data = nullptr;
    const auto size = BIO_get_mem_data(SSL_get_wbio(ssl), &data);
    std::string hello(data, static_cast<std::size_t>(size));
    SSL_free(ssl);
    SSL_CTX_free(context);
    return hello;
}

std::string record(const std::string &bytes)
{
    return std::string("\x16\x03\x01") + static_cast<char>(bytes.size() >> 8) +
           static_cast<char>(bytes.size()) + bytes;
}

std::string number(std::size_t value, int width)
{
    std::string bytes;
    for (int i = width - 1; i >= 0; --i)
        bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}

std::string block(const std::string &bytes, int width)
{
    return number(bytes.size(), width) + bytes;
}

/// A hello with just these extensions.
std::string hello(const std::string &extensions)
{
    const std::string body = std::string("\x03\x03") + std::string(32, 'r') + block("", 1) +
                             block("\x13\x01", 2) + block(std::string(1, '\0'), 1) +
                             block(extensions, 2);
    return record("\x01" + block(body, 3));
}

std::string serverName(const std::string &name)
{
    return number(0, 2) + block(block(std::string(1, '\0') + block(name, 2), 2), 2);
}

} // namespace

class TestClientHello : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void readsTheNameOfARealClient()
    {
        const auto read = readClientHello(realHello("api.example.com"));
        QCOMPARE(read.kind, Kind::Complete);
        QCOMPARE(read.serverName, std::string("api.example.com"));
        QVERIFY(!read.encrypted);
        QCOMPARE(readClientHello(realHello(nullptr)).serverName, std::string());
    }

    void waitsForEveryByte()
    {
        const auto whole = realHello("api.example.com");
        for (std::size_t size = 0; size < whole.size(); ++size)
            QCOMPARE(readClientHello(whole.substr(0, size)).kind, Kind::NeedMore);
    }

    void joinsRecords()
    {
        const auto handshake = realHello("api.example.com").substr(5);
        std::string split;
        for (const char byte : handshake)
            split += record(std::string(1, byte));
        QCOMPARE(readClientHello(split).serverName, std::string("api.example.com"));
    }

    void seesAnEncryptedHello()
    {
        const auto read =
            readClientHello(hello(serverName("cover.example") + number(0xfe0d, 2) + block("x", 2)));
        QCOMPARE(read.kind, Kind::Complete);
        QVERIFY(read.encrypted);
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<Kind>("kind");
        QTest::newRow("HTTP") << std::string("GET / HTTP/1.1\r\n") << Kind::NotTls;
        QTest::newRow("SSLv2") << std::string("\x80\x2e\x01\x00\x02") << Kind::NotTls;
        QTest::newRow("two names")
            << hello(serverName("a.example") + serverName("b.example")) << Kind::Malformed;
        QTest::newRow("NUL in the name")
            << hello(serverName(std::string("a\0b", 3))) << Kind::Malformed;
        QTest::newRow("empty name") << hello(serverName("")) << Kind::Malformed;
        QTest::newRow("another message")
            << record(std::string("\x02\x00\x00\x00", 4)) << Kind::Malformed;
        QTest::newRow("too long") << record("\x01" + number(1 << 20, 3) + std::string(16000, 'x')) +
                                         record(std::string(16000, 'x'))
                                  << Kind::Malformed;
        QTest::newRow("empty record") << record("") << Kind::Malformed;
    }

    void refuses()
    {
        QFETCH(const std::string, bytes);
        QFETCH(const Kind, kind);
        QCOMPARE(readClientHello(bytes).kind, kind);
    }
};

QTEST_GUILESS_MAIN(TestClientHello)
#include "tst_client_hello.moc"
