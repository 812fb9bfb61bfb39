#include "core/gateway/authority.h"
#include "core/gateway/blob_store.h"
#include "gateway_process.h"
#include "upstream.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

using namespace Qt::StringLiterals;
using core::gateway::Authority;

namespace {

constexpr auto registryHost = "registry.example.net";
constexpr auto storeHost = "store.example.net";
const std::string lastWords = "the last words of the blob";

QString fixed(const char *host, const Upstream &server)
{
    return u"%1:443=127.0.0.1:%2"_s.arg(QLatin1StringView(host)).arg(server.port());
}

std::string blobContent(char fill)
{
    return std::string(300'000, fill) + lastWords;
}

std::string digestOf(const std::string &content)
{
    core::gateway::Digest digest;
    digest.add(content);
    return digest.hex();
}

/// Has one blob, for those who bring the token.
class Registry
{
public:
    Registry(SSL_CTX *context, std::string content, std::string token, std::string elsewhere = {})
        : m_content(std::move(content))
        , m_token(std::move(token))
        , m_elsewhere(std::move(elsewhere))
        , server(context, [this](Upstream::Peer &peer) {
            for (auto head = peer.readUntil("\r\n\r\n"); !head.empty();
                head = peer.readUntil("\r\n\r\n"))
                peer.write(answer(head));
        })
    {
    }

    [[nodiscard]] int sent() const { return m_sent; } ///< how often the whole blob

private:
    std::string answer(const std::string &head)
    {
        if (!m_token.empty() && !head.contains("Authorization: Bearer " + m_token + "\r\n"))
            return "HTTP/1.1 401 Unauthorized\r\nContent-Length: 8\r\n\r\nno token";
        if (!m_elsewhere.empty())
            return "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + m_elsewhere +
                   "\r\nContent-Length: 8\r\n\r\nis there";
        const auto length = std::to_string(m_content.size());
        if (head.contains("Range: bytes=0-0\r\n"))
            return "HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\nContent-Range: bytes "
                   "0-0/" +
                   length + "\r\n\r\n" + m_content.front();
        ++m_sent;
        return "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: " + length + "\r\n\r\n" +
               m_content;
    }

    std::string m_content;
    std::string m_token;
    std::string m_elsewhere;
    std::atomic<int> m_sent = 0;

public:
    Upstream server;
};

} // namespace

class TestBlobs : public QObject
{
    Q_OBJECT

public:
    TestBlobs()
    {
        const auto pem = core::gateway::makeAuthority("upstream");
        m_root = QString::fromStdString(pem->certificate);
        m_upstreamAuthority.emplace(std::move(*Authority::fromPem(*pem)));
    }

private:
    SSL_CTX *serverFor(const char *host) { return m_upstreamAuthority->contextFor(host); }

    /// A sandbox's gateway with the directory of blobs.
    std::unique_ptr<GatewayProcess> sandbox(
        const QJsonArray &resolve, const QString &rules, qint64 budget = 1 << 20)
    {
        auto made = GatewayProcess::policy(rules);
        made.insert(u"type"_s, u"configure"_s);
        made.insert(u"upstream"_s, QJsonObject{{u"resolve"_s, resolve}, {u"caBundle"_s, m_root}});
        made.insert(u"cache"_s,
            QJsonObject{{u"registries"_s,
                            QJsonArray{u"registry.example.net"_s, u"other.example.net:443"_s}},
                {u"budgetBytes"_s, budget},
                {u"floorBytes"_s, 0}});
        return std::make_unique<GatewayProcess>(made, m_directory);
    }
    std::unique_ptr<GatewayProcess> sandbox(const Registry &registry)
    {
        return sandbox(
            {fixed(registryHost, registry.server)}, u"allow https://registry.example.net\n"_s);
    }

    std::string path() const { return "/v2/demo/blobs/sha256:" + digestOf(m_content); }

    /// What a sandbox gets that asks for the blob, up to `last`.
    std::string pull(GatewayProcess &gateway,
        const std::string &last = lastWords,
        const std::string &headers = "Authorization: Bearer good\r\n",
        const char *host = registryHost)
    {
        const auto stream = gateway.guest().connect(std::string(host) + ":443");
        if (!gateway.guest().awaitStatus(stream) || gateway.guest().at(stream).status != 200)
            return gateway.guest().at(stream).reason;
        GuestTls tls(gateway.guest(), stream, gateway.authority());
        if (!tls.handshake(host, host))
            return "no TLS";
        tls.send("GET " + path() + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
        return tls.awaitText(last) ? tls.received() : "not all: " + tls.received();
    }
    bool isWhole(const std::string &answer) const
    {
        return answer.starts_with("HTTP/1.1 200 OK\r\n") &&
               answer.ends_with("\r\n\r\n" + m_content);
    }

    QStringList files() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden);
    }

    QString m_root;
    std::optional<Authority> m_upstreamAuthority;
    std::string m_content = blobContent('x');
    std::unique_ptr<QTemporaryDir> m_folder;
    int m_directory = -1;

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_folder = std::make_unique<QTemporaryDir>();
        m_directory =
            ::open(m_folder->path().toLocal8Bit().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    void cleanup() { ::close(m_directory); }

    void asksARegistryForABlobOnce()
    {
        const Registry registry(serverFor(registryHost), m_content, "good");
        const auto first = sandbox(registry);
        QVERIFY(first->ready().value(u"confinement"_s).toString().contains(u"Landlock"_s));
        QVERIFY(isWhole(pull(*first)));
        const auto fetched = first->awaitRecord(u"registry.example.net"_s);
        QVERIFY(!fetched.contains(u"cached"_s));
        QCOMPARE(files().size(), 1);

        const auto second = sandbox(registry);
        QVERIFY(isWhole(pull(*second)));

        const auto kept = second->awaitRecord(u"registry.example.net"_s);
        QVERIFY(kept.value(u"cached"_s).toBool());
        QCOMPARE(kept.value(u"upstream_status"_s).toInt(), 206);
        QCOMPARE(kept.value(u"bytes_down"_s).toInteger(), qint64(m_content.size()));
        QCOMPARE(registry.sent(), 1);
        QCOMPARE(files().size(), 1);
    }

    void goesOnWithTheConnectionOfAClient()
    {
        const Registry registry(serverFor(registryHost), m_content, "");
        const auto gateway = sandbox(registry);
        QVERIFY(isWhole(pull(*gateway)));
        GuestTls tls(gateway->guest(),
            gateway->guest().connect("registry.example.net:443"),
            gateway->authority());
        QVERIFY(tls.handshake(registryHost, registryHost));
        for (int i = 0; i < 2; ++i) {
            tls.clear();
            tls.send("GET " + path() + " HTTP/1.1\r\nHost: registry.example.net\r\n\r\n");
            QVERIFY(tls.awaitText(lastWords));
            QVERIFY(isWhole(tls.received()));
        }
        QCOMPARE(registry.sent(), 1);
    }

    void givesNothingToThoseWhomTheRegistryRefuses()
    {
        const Registry registry(serverFor(registryHost), m_content, "good");
        QVERIFY(isWhole(pull(*sandbox(registry))));

        const auto stranger = sandbox(registry);
        const auto answer = pull(*stranger, "no token", "Authorization: Bearer bad\r\n");

        QVERIFY2(answer.starts_with("HTTP/1.1 401"), answer.c_str());
        QVERIFY(answer.ends_with("no token"));
    }

    void believesARegistryAboutItsOwnBlobsOnly()
    {
        const Registry registry(serverFor(registryHost), m_content, "good");
        QVERIFY(isWhole(pull(*sandbox(registry))));
        const auto forged = blobContent('y');
        const Registry other(serverFor("other.example.net"), forged, "");
        const auto gateway = sandbox(
            {fixed("other.example.net", other.server)}, u"allow https://other.example.net\n"_s);

        const auto answer = pull(*gateway, lastWords, "", "other.example.net");

        QVERIFY(answer.ends_with(forged));
        QCOMPARE(files().size(), 1); // nor is what it sent kept under a digest that is not its own
    }

    void leavesDeniedWhatThePolicyDenies()
    {
        const Registry registry(serverFor(registryHost), m_content, "good");
        QVERIFY(isWhole(pull(*sandbox(registry))));
        const auto denied = sandbox({fixed(registryHost, registry.server)}, u""_s);
        const auto connections = registry.server.connections();

        QCOMPARE(pull(*denied), std::string("default"));

        QCOMPARE(registry.server.connections(), connections);
    }

    void fetchesADamagedBlobAnew_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::newRow("of the right length") << qsizetype(m_content.size());
        QTest::newRow("cut off") << qsizetype(1000);
        QTest::newRow("empty") << qsizetype(0);
    }

    void fetchesADamagedBlobAnew()
    {
        QFETCH(const qsizetype, size);
        const Registry registry(serverFor(registryHost), m_content, "good");
        const auto gateway = sandbox(registry);
        QVERIFY(isWhole(pull(*gateway)));
        QFile file(m_folder->filePath(files().first()));
        QVERIFY(file.open(QFile::WriteOnly | QFile::Truncate));
        file.write(QByteArray(size, 'z'));
        file.close();

        QVERIFY(isWhole(pull(*gateway)));
        QCOMPARE(registry.sent(), 2);
        QVERIFY(isWhole(pull(*gateway)));
        QCOMPARE(registry.sent(), 2);
    }

    void goesWhereTheRegistrySendsIt()
    {
        const Registry registry(serverFor(registryHost),
            m_content,
            "good",
            "https://store.example.net/data?signature=1");
        const Registry store(serverFor(storeHost), m_content, "");
        const auto gateway = sandbox(
            {fixed(registryHost, registry.server), fixed(storeHost, store.server)},
            u"allow https://registry.example.net\nallow https://store.example.net method=GET path=/data\n"_s);

        const auto answer = pull(*gateway);
        QVERIFY(isWhole(answer));
        QVERIFY(!answer.contains("Set-Cookie"));
        QVERIFY(isWhole(pull(*gateway)));

        QCOMPARE(store.sent(), 1);
        QVERIFY(store.server.received().starts_with("GET /data?signature=1 HTTP/1.1\r\n"));
        QVERIFY(!store.server.received().contains("Bearer"));
        QCOMPARE(
            gateway->awaitRecord(u"registry.example.net"_s).value(u"upstream_status"_s).toInt(),
            307);
        const auto fetched = gateway->awaitRecord(u"store.example.net"_s);
        QCOMPARE(fetched.value(u"rule_id"_s).toString(),
            u"allow https://store.example.net method=GET path=/data"_s);
        QVERIFY(gateway->awaitRecord(u"store.example.net"_s).value(u"cached"_s).toBool());
    }

    void letsTheClientGoWhereThePolicyDoesNot()
    {
        const Registry registry(
            serverFor(registryHost), m_content, "good", "https://store.example.net/data");
        const Registry store(serverFor(storeHost), m_content, "");
        const QJsonArray resolve{
            fixed(registryHost, registry.server), fixed(storeHost, store.server)};
        const auto rule = u"allow https://registry.example.net\n"_s;
        QVERIFY(isWhole(pull(*sandbox(resolve, rule + u"allow https://store.example.net\n"_s))));
        const auto narrow = sandbox(resolve, rule);
        const auto connections = store.server.connections();

        const auto answer = pull(*narrow, "is there");

        QVERIFY2(answer.starts_with("HTTP/1.1 307"), answer.c_str());
        QVERIFY(answer.contains("Location: https://store.example.net/data\r\n"));
        QCOMPARE(store.server.connections(), connections);
    }

    void letsTheClientGoWhereItGetsNothing()
    {
        const Registry registry(
            serverFor(registryHost), m_content, "good", "https://store.example.net/data");
        const Registry store(serverFor(storeHost), m_content, "never given");
        const auto gateway =
            sandbox({fixed(registryHost, registry.server), fixed(storeHost, store.server)},
                u"allow https://registry.example.net\nallow https://store.example.net\n"_s);

        const auto answer = pull(*gateway, "Content-Length: 0\r\n\r\n");

        QVERIFY2(answer.starts_with("HTTP/1.1 307"), answer.c_str());
        QVERIFY(answer.contains("Location: https://store.example.net/data\r\n"));
        QCOMPARE(files(), QStringList());
    }

    void passesRequestsForPartsOn()
    {
        const Registry registry(serverFor(registryHost), m_content, "");
        const auto gateway = sandbox(registry);
        QVERIFY(isWhole(pull(*gateway)));

        const auto answer = pull(*gateway, "\r\n\r\nx", "Range: bytes=0-0\r\n");

        QVERIFY2(answer.starts_with("HTTP/1.1 206"), answer.c_str());
    }

    void goesOnWhereNothingCanBeKept()
    {
        const Registry registry(serverFor(registryHost), m_content, "");
        const auto rule = u"allow https://registry.example.net\n"_s;
        const auto poor = sandbox({fixed(registryHost, registry.server)}, rule, 1000);
        QVERIFY(isWhole(pull(*poor)));
        const auto homeless = sandbox(registry);
        QVERIFY(m_folder->remove());
        QVERIFY(isWhole(pull(*homeless)));
        QVERIFY(isWhole(pull(*homeless)));
        QCOMPARE(registry.sent(), 3);
    }

    void endsWhatANewPolicyDenies()
    {
        const Registry registry(
            serverFor(registryHost), m_content, "", "https://store.example.net/data");
        const Upstream store(serverFor(storeHost), [](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it");
            peer.readUntil("go on"); // never comes: the connection's end does
        });
        const auto rule = u"allow https://store.example.net\n"_s;
        const auto gateway =
            sandbox({fixed(registryHost, registry.server), fixed(storeHost, store)},
                rule + u"allow https://registry.example.net\n"_s);
        auto &guest = gateway->guest();
        const auto stream = guest.connect("registry.example.net:443");
        GuestTls tls(guest, stream, gateway->authority());
        QVERIFY(tls.handshake(registryHost, registryHost));
        tls.send("GET " + path() + " HTTP/1.1\r\nHost: registry.example.net\r\n\r\n");
        QVERIFY(tls.awaitText("half of it"));
        QCOMPARE(files().size(), 1);

        gateway->send(GatewayProcess::policy(rule)); // the registry is denied, its store is not

        QVERIFY(guest.run([&] { return guest.at(stream).closed; }));
        QCOMPARE(gateway->awaitRecord(u"store.example.net"_s).value(u"reason"_s).toString(),
            u"revoked"_s);
        QCOMPARE(files(), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestBlobs)
#include "tst_blobs.moc"
