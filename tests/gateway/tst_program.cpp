#include "core/gateway/authority.h"
#include "gateway_process.h"
#include "upstream.h"

#include <QJsonArray>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using core::gateway::Authority;

namespace {

constexpr auto proxy = "gateway.sandbox.internal:3128";

QString fixed(const char *site, const Upstream &server)
{
    return QString::fromLatin1(site) + u"=127.0.0.1:"_s + QString::number(server.port());
}

std::string get(
    const std::string &host, const std::string &more = {}, const std::string &path = "/")
{
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
}

QJsonArray anthropic(const QJsonValue &secret)
{
    return {QJsonObject{{u"service"_s, u"anthropic"_s},
        {u"hosts"_s, QJsonArray{u"api.anthropic.com"_s}},
        {u"pathPrefix"_s, u"/v1/"_s},
        {u"strip"_s, QJsonArray{u"x-api-key"_s, u"authorization"_s, u"cookie"_s}},
        {u"header"_s, u"x-api-key"_s},
        {u"format"_s, u"{secret}"_s},
        {u"secret"_s, secret}}};
}

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT

public:
    TestProgram()
    {
        const auto pem = core::gateway::makeAuthority("upstream");
        m_root = QString::fromStdString(pem->certificate);
        m_upstreamAuthority.emplace(std::move(*Authority::fromPem(*pem)));
    }

private:
    SSL_CTX *serverFor(const char *host) { return m_upstreamAuthority->contextFor(host); }

    QJsonObject configuration(
        const QString &rules, const QJsonArray &resolve = {}, const QJsonArray &credentials = {})
    {
        auto made = GatewayProcess::policy(rules);
        made.insert(u"type"_s, u"configure"_s);
        made.insert(u"upstream"_s, QJsonObject{{u"resolve"_s, resolve}, {u"caBundle"_s, m_root}});
        made.insert(u"credentials"_s, credentials);
        return made;
    }

    QString m_root;
    std::optional<Authority> m_upstreamAuthority;

private slots:
    void init() { QTest::failOnWarning(); }

    void isConfinedAndEndsWithItsPort()
    {
        GatewayProcess gateway;
        QVERIFY(gateway.ready().value(u"confinement"_s).toString().contains(u"no_new_privs"_s));
        QVERIFY(gateway.guest().run([] { return false; }, 50) == false);
        QVERIFY(gateway.endsWithItsPort());
    }

    void refusesAHostWithoutRuleAndSaysHowToAllowIt()
    {
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(configuration(u""_s, {fixed("bad.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto clear = guest.connect("bad.example.net:80");
        guest.send(clear, get("bad.example.net"));

        QVERIFY(guest.awaitText(clear, "paddock policy allow web-shop bad.example.net"));
        QVERIFY(guest.at(clear).received.starts_with("HTTP/1.1 403"));
        QVERIFY(guest.at(clear).received.contains("X-Sandbox-Reason: default"));

        const auto secured = guest.connect("bad.example.net:443");
        QVERIFY(guest.awaitStatus(secured));
        QCOMPARE(guest.at(secured).status, 403);
        QCOMPARE(guest.at(secured).reason, std::string("default"));
        QCOMPARE(
            gateway.awaitRecord(u"bad.example.net"_s).value(u"verdict"_s).toString(), u"deny"_s);
        QCOMPARE(server.connections(), 0);
    }

    void answersNamesThatCouldBeReached()
    {
        GatewayProcess gateway(configuration(u"allow good.example.net\n"_s));
        auto &guest = gateway.guest();
        const auto status = [&](const std::string &name) {
            const auto stream = guest.get("/resolve?name=" + name);
            guest.awaitStatus(stream);
            return guest.at(stream).status;
        };
        QCOMPARE(status("good.example.net"), 200);
        QCOMPARE(status("other.example.net"), 200); // so that its denial can say why
        QCOMPARE(status("host.docker.internal"), 200);
        QCOMPARE(status("localhost"), 404);
        QCOMPARE(status("intranet"), 404);
        QCOMPARE(status("127.0.0.1"), 404);
        QCOMPARE(status("a%00b.example.net"), 404);
    }

    void carriesAnAllowedRequestOverHttp()
    {
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");
        guest.send(stream,
            get("GOOD.example.net.",
                "Connection: x-secret\r\nX-Secret: 1\r\nProxy-Authorization: Basic "
                "eA==\r\nX-Other: 2\r\n",
                "/a?b=c"));

        QVERIFY(guest.awaitText(stream, "hello"));
        QCOMPARE(server.received(),
            std::string("GET /a?b=c HTTP/1.1\r\nHost: good.example.net\r\nX-Other: 2\r\n\r\n"));

        guest.take(stream);
        guest.send(stream, get("good.example.net", "", "/again"));
        QVERIFY(guest.awaitText(stream, "hello"));
        guest.take(stream);
        guest.send(stream, get("bad.example.net"));
        QVERIFY(guest.awaitText(stream, "X-Sandbox-Reason: mismatch"));
        QVERIFY(guest.at(stream).received.starts_with("HTTP/1.1 400"));
        const auto record = gateway.awaitRecord(u"good.example.net"_s);
        QCOMPARE(record.value(u"verdict"_s).toString(), u"allow"_s);
        QCOMPARE(record.value(u"url_path"_s).toString(), u"/a"_s);
        QCOMPARE(record.value(u"rule_id"_s).toString(), u"allow good.example.net"_s);
        QCOMPARE(record.value(u"upstream_status"_s).toInt(), 200);
        QVERIFY(gateway.log().contains("\"host\":\"good.example.net\""));
    }

    void judgesEachRequestOfAProxyConnection()
    {
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect(proxy, "proxy");
        guest.send(stream, get("good.example.net", "", "http://good.example.net/x"));
        QVERIFY(guest.awaitText(stream, "hello"));
        guest.take(stream);

        guest.send(stream, get("bad.example.net", "", "http://bad.example.net/x"));
        QVERIFY(guest.awaitText(stream, "tell the user"));
        QVERIFY(guest.at(stream).received.contains("X-Sandbox-Reason: default"));
        QCOMPARE(server.connections(), 1);
    }

    void refusesTargetsOfTheHostThroughTheProxy_data()
    {
        QTest::addColumn<std::string>("target");
        QTest::addColumn<std::string>("reason");
        QTest::newRow("loopback") << std::string("127.0.0.1:1") << std::string("guard-hard");
        QTest::newRow("metadata") << std::string("169.254.169.254") << std::string("guard-hard");
        QTest::newRow("private") << std::string("10.0.0.1") << std::string("guard-soft");
        QTest::newRow("host service")
            << std::string("host.docker.internal:22") << std::string("guard-hard");
        QTest::newRow("synthetic") << std::string("198.18.0.1") << std::string("guard-hard");
        QTest::newRow("itself") << std::string("gateway.sandbox.internal:3128")
                                << std::string("guard-hard");
    }

    void refusesTargetsOfTheHostThroughTheProxy()
    {
        QFETCH(const std::string, target);
        QFETCH(const std::string, reason);
        GatewayProcess gateway(configuration(u"allow **:*\n"_s));
        auto &guest = gateway.guest();
        const auto stream = guest.connect(proxy, "proxy");

        guest.send(stream, get(target, "", "http://" + target + "/"));

        QVERIFY(guest.awaitText(stream, "tell the user"));
        QVERIFY(guest.at(stream).received.contains("X-Sandbox-Reason: " + reason));
        QVERIFY(guest.at(stream).received.contains("paddock policy allow"));
    }

    void refusesMalformedRequests_data()
    {
        QTest::addColumn<std::string>("request");
        const std::string post = "POST / HTTP/1.1\r\nHost: good.example.net\r\n";
        QTest::newRow("CL.TE")
            << post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG";
        QTest::newRow("obfuscated TE") << post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n";
        QTest::newRow("TE list") << post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n";
        QTest::newRow("duplicate length")
            << post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na";
        QTest::newRow("signed length") << post + "Content-Length: +5\r\n\r\nhello";
        QTest::newRow("bare LF") << std::string("GET / HTTP/1.1\nHost: good.example.net\n\n");
        QTest::newRow("folded line") << post + " X: y\r\n\r\n";
        QTest::newRow("two Hosts") << get("good.example.net", "Host: bad.example.net\r\n");
        QTest::newRow("no Host") << std::string("GET / HTTP/1.1\r\n\r\n");
        QTest::newRow("absolute form of another host")
            << get("good.example.net", "", "http://bad.example.net/");
        QTest::newRow("HTTP/2 preface") << std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        QTest::newRow("CONNECT inside") << std::string(
            "CONNECT bad.example.net:443 HTTP/1.1\r\nHost: good.example.net\r\n\r\n");
        QTest::newRow("userinfo") << get(
            "good.example.net", "", "http://good.example.net@bad.example.net/");
        QTest::newRow("backslash")
            << get("good.example.net", "", "http://good.example.net\\@bad.example.net/");
        QTest::newRow("space before colon") << post + "X : y\r\n\r\n";
        QTest::newRow("high bit") << post + "X: \xff\r\n\r\n";
    }

    void refusesMalformedRequests()
    {
        QFETCH(const std::string, request);
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(configuration(u"allow good.example.net\nallow bad.example.net\n"_s,
            {fixed("good.example.net:80", server), fixed("bad.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");

        guest.send(stream, request);

        QVERIFY(guest.awaitText(stream, "\r\n\r\n"));
        QVERIFY2(guest.at(stream).received.starts_with("HTTP/1.1 400"),
            guest.at(stream).received.c_str());
        QCOMPARE(server.received(), std::string());
    }

    void leavesAllowedTlsEncryptedAndHoldsItToItsName()
    {
        Upstream server(serverFor("good.example.net"), Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:443", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:443");
        GuestTls tls(guest, stream, m_root.toStdString());
        QVERIFY(tls.handshake("good.example.net", "good.example.net"));
        tls.send(get("good.example.net"));
        QVERIFY(tls.awaitText("hello"));

        const auto fronted = guest.connect("good.example.net:443");
        GuestTls other(guest, fronted, m_root.toStdString());
        QVERIFY(!other.handshake("bad.example.net", "bad.example.net"));
        QVERIFY(guest.at(fronted).broken);
        QCOMPARE(gateway.awaitRecord(u"good.example.net"_s).value(u"reason"_s).toString(),
            u"mismatch"_s);
        QCOMPARE(server.connections(), 1);
    }

    void tunnelsConnectOfTheProxy()
    {
        Upstream server(serverFor("good.example.net"), Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:443", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect(proxy, "proxy");
        guest.send(
            stream, "CONNECT good.example.net:443 HTTP/1.1\r\nHost: good.example.net:443\r\n\r\n");
        QVERIFY(guest.awaitText(stream, "\r\n\r\n"));
        QVERIFY(guest.take(stream).starts_with("HTTP/1.1 200"));
        GuestTls tls(guest, stream, m_root.toStdString());
        QVERIFY(tls.handshake("good.example.net", "good.example.net"));
        tls.send(get("good.example.net"));
        QVERIFY(tls.awaitText("hello"));

        const auto denied = guest.connect(proxy, "proxy");
        guest.send(
            denied, "CONNECT bad.example.net:443 HTTP/1.1\r\nHost: bad.example.net:443\r\n\r\n");
        QVERIFY(guest.awaitText(denied, "tell the user"));
        QVERIFY(guest.at(denied).received.starts_with("HTTP/1.1 403"));
    }

    void putsTheKeyInAndStreamsTheAnswer()
    {
        Upstream server(serverFor("api.anthropic.com"), [](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.readUntil("0\r\n\r\n");
            peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: "
                       "chunked\r\n"
                       "Alt-Svc: h3=\":443\"\r\n\r\n7\r\ndata: 1\r\n");
            peer.readUntil("go on"); // never comes: the connection's end does
        });
        GatewayProcess gateway(configuration(u"allow https://api.anthropic.com\n"_s,
            {fixed("api.anthropic.com:443", server)},
            anthropic(u"sk-real-key"_s)));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("api.anthropic.com:443");
        GuestTls tls(guest, stream, gateway.authority());
        QVERIFY(tls.handshake("api.anthropic.com", "api.anthropic.com"));

        tls.send("POST /v1/messages HTTP/1.1\r\nHost: api.anthropic.com\r\nX-Api-Key: "
                 "sk-ant-PADDOCKPH0\r\n"
                 "Authorization: Bearer stolen\r\nCookie: a=b\r\nExpect: "
                 "100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        QVERIFY(tls.awaitText("HTTP/1.1 100 Continue\r\n\r\n"));
        tls.send("5;ext=1\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n");

        QVERIFY(tls.awaitText("data: 1"));
        const auto seen = server.received();
        QVERIFY(seen.contains("x-api-key: sk-real-key\r\n"));
        QVERIFY(!seen.contains("PADDOCKPH"));
        QVERIFY(!seen.contains("stolen"));
        QVERIFY(!seen.contains("Cookie"));
        QVERIFY(!seen.contains("ext=1"));
        QVERIFY(!seen.contains("Trailer"));
        QVERIFY(seen.contains("5\r\nhello\r\n0\r\n\r\n"));
        QVERIFY(!tls.received().contains("Alt-Svc"));
        QVERIFY(!gateway.log().contains("sk-real-key"));
    }

    void anEchoedKeyDoesNotReachTheGuest()
    {
        Upstream server(serverFor("api.anthropic.com"), [](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.write("HTTP/1.1 200 OK\r\nX-Echo: sk-real-key\r\nContent-Length: 19\r\n\r\n"
                       "you sent sk-real");
            peer.write("key");
            peer.readUntil("\r\n\r\n");
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "7\r\nsk-real\r\n8\r\n-key end\r\n0\r\n\r\n");
        });
        GatewayProcess gateway(configuration(u"allow https://api.anthropic.com\n"_s,
            {fixed("api.anthropic.com:443", server)},
            anthropic(u"sk-real-key"_s)));
        auto &guest = gateway.guest();
        GuestTls tls(guest, guest.connect("api.anthropic.com:443"), gateway.authority());
        QVERIFY(tls.handshake("api.anthropic.com", "api.anthropic.com"));

        tls.send(get("api.anthropic.com", "", "/v1/models"));
        QVERIFY(tls.awaitText("you sent sk-realkey"));
        QVERIFY(tls.received().contains("X-Echo: xxxxxxxxxxx\r\n"));
        tls.send(get("api.anthropic.com", "", "/v1/models"));
        QVERIFY(tls.awaitText("0\r\n\r\n"));

        QVERIFY(tls.received().contains("xxxxxxxxxxx end"));
        QVERIFY(!tls.received().contains("sk-real-key"));
    }

    void neverSendsAPlaceholderElsewhere()
    {
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");

        guest.send(stream, get("good.example.net", "Authorization: Bearer sk-ant-PADDOCKPH0\r\n"));

        QVERIFY(guest.awaitText(stream, "X-Sandbox-Reason: credential-mismatch"));
        QVERIFY(guest.at(stream).received.starts_with("HTTP/1.1 403"));
        QCOMPARE(server.connections(), 0);
    }

    void saysWhichKeyIsMissingAndTakesItLater()
    {
        Upstream server(serverFor("api.anthropic.com"), Upstream::hello());
        GatewayProcess gateway(configuration(u"allow https://api.anthropic.com\n"_s,
            {fixed("api.anthropic.com:443", server)},
            anthropic(QJsonValue::Null)));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("api.anthropic.com:443");
        GuestTls tls(guest, stream, gateway.authority());
        QVERIFY(tls.handshake("api.anthropic.com", "api.anthropic.com"));
        tls.send(get("api.anthropic.com", "", "/v1/models"));
        QVERIFY(tls.awaitText("paddock secret set anthropic"));
        QVERIFY(tls.received().starts_with("HTTP/1.1 401"));
        QCOMPARE(server.connections(), 0);

        gateway.send({{u"type"_s, u"credential"_s},
            {u"service"_s, u"anthropic"_s},
            {u"secret"_s, u"later"_s}});
        gateway.send(
            {{u"type"_s, u"check"_s}, {u"id"_s, 7}, {u"destination"_s, u"api.anthropic.com"_s}});
        QCOMPARE(gateway.await(u"checked"_s).value(u"verdict"_s).toString(), u"allow"_s);
        const auto next = guest.connect("api.anthropic.com:443");
        GuestTls again(guest, next, gateway.authority());
        QVERIFY(again.handshake("api.anthropic.com", "api.anthropic.com"));
        again.send(get("api.anthropic.com", "", "/v1/models"));
        QVERIFY(again.awaitText("hello"));
        QVERIFY(server.received().contains("x-api-key: later"));
    }

    void trustsNoServerWithAnotherCertificate()
    {
        Upstream server(serverFor("other.example.net"), Upstream::hello());
        GatewayProcess gateway(configuration(u"allow https://api.anthropic.com\n"_s,
            {fixed("api.anthropic.com:443", server)},
            anthropic(u"sk-real-key"_s)));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("api.anthropic.com:443");
        GuestTls tls(guest, stream, gateway.authority());
        QVERIFY(tls.handshake("api.anthropic.com", "api.anthropic.com"));

        tls.send(get("api.anthropic.com", "", "/v1/models"));

        QVERIFY(tls.awaitText("X-Sandbox-Reason: upstream-tls"));
        QVERIFY(tls.received().starts_with("HTTP/1.1 502"));
        QCOMPARE(server.received(), std::string());
    }

    void looksIntoTlsWhereMethodsAreLimited()
    {
        Upstream server(serverFor("good.example.net"), Upstream::hello());
        GatewayProcess gateway(configuration(u"allow https://good.example.net method=GET\n"_s,
            {fixed("good.example.net:443", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:443");
        GuestTls tls(guest, stream, gateway.authority());
        QVERIFY(tls.handshake("good.example.net", "good.example.net"));
        tls.send(get("good.example.net"));
        QVERIFY(tls.awaitText("hello"));
        tls.clear();
        tls.send("DELETE / HTTP/1.1\r\nHost: good.example.net\r\n\r\n");
        QVERIFY(tls.awaitText("X-Sandbox-Reason: l7"));
        QVERIFY(!server.received().contains("DELETE"));
    }

    void refusesNamesThatLeadToTheHost()
    {
        GatewayProcess gateway(
            configuration(u"allow tcp://localhost.localdomain:1\nallow **.nip.io\n"_s));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("localhost.localdomain:1");
        QVERIFY(guest.awaitEnd(stream));
        const auto record = gateway.awaitRecord(u"localhost.localdomain"_s);
        QVERIFY(
            record.value(u"reason"_s) == u"resolved"_s || record.value(u"reason"_s) == u"dns"_s);
    }

    void goesThroughTheUpstreamProxy()
    {
        Upstream server(nullptr, [](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
            Upstream::hello()(peer);
        });
        auto changes = configuration(u"allow good.example.net\n"_s);
        changes.insert(u"upstream"_s,
            QJsonObject{{u"proxy"_s, u"http://me:pw@127.0.0.1:%1"_s.arg(server.port())}});
        GatewayProcess gateway(changes);
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");

        guest.send(stream, get("good.example.net"));

        QVERIFY(guest.awaitText(stream, "hello"));
        QVERIFY(server.received().starts_with("CONNECT good.example.net:80 HTTP/1.1\r\n"));
        QVERIFY(server.received().contains("Proxy-Authorization: Basic bWU6cHc=\r\n"));
    }

    void carriesAWebSocket()
    {
        Upstream server(nullptr, [](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                       "websocket\r\n\r\n");
            peer.write("echo " + peer.readUntil("frame"));
            peer.read();
        });
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");
        guest.send(
            stream, get("good.example.net", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
        QVERIFY(guest.awaitText(stream, "101 Switching"));
        guest.send(stream, "frame");
        QVERIFY(guest.awaitText(stream, "echo frame"));
    }

    void answersForAServerThatMisbehaves_data()
    {
        QTest::addColumn<std::string>("answer");
        QTest::newRow("two lengths")
            << std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        QTest::newRow("upgrade nobody asked for")
            << std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        QTest::newRow("no HTTP") << std::string("SSH-2.0-OpenSSH\r\n\r\n");
        QTest::newRow("nothing") << std::string();
    }

    void answersForAServerThatMisbehaves()
    {
        QFETCH(const std::string, answer);
        Upstream server(nullptr, [&](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            peer.write(answer);
        });
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");

        guest.send(stream, get("good.example.net"));

        QVERIFY(guest.awaitText(stream, "\r\n\r\n"));
        QVERIFY2(guest.at(stream).received.starts_with("HTTP/1.1 502"),
            guest.at(stream).received.c_str());
    }

    void opensAServiceOfTheHostByItsExactPort()
    {
        Upstream server(nullptr, Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow tcp://host.sandbox.internal:%1\n"_s.arg(server.port())));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("host.docker.internal:" + std::to_string(server.port()));
        guest.send(stream, get("anything"));
        QVERIFY(guest.awaitText(stream, "hello"));

        const auto other =
            guest.connect("host.docker.internal:" + std::to_string(server.port() ^ 1));
        QVERIFY(guest.awaitStatus(other));
        QCOMPARE(guest.at(other).status, 403);
    }

    void closesWhatANewPolicyDenies()
    {
        Upstream server(serverFor("good.example.net"), Upstream::hello());
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:443", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:443");
        GuestTls tls(guest, stream, m_root.toStdString());
        QVERIFY(tls.handshake("good.example.net", "good.example.net"));

        gateway.send(GatewayProcess::policy(u"deny good.example.net\n"_s));

        QVERIFY(guest.run([&] { return guest.at(stream).closed; }, 1000));
        QCOMPARE(
            gateway.awaitRecord(u"good.example.net"_s).value(u"reason"_s).toString(), u"revoked"_s);
    }

    void keepsTheLastGoodPolicy()
    {
        GatewayProcess gateway(configuration(u"allow tls://good.example.net\n"_s));
        QCOMPARE(gateway.await(u"policy"_s).value(u"epoch"_s).toInt(), 1);

        gateway.send(GatewayProcess::policy(u"alow everything\n"_s));

        const auto answer = gateway.await(u"policy"_s);
        QCOMPARE(answer.value(u"epoch"_s).toInt(), 1);
        const auto fault = answer.value(u"diagnostics"_s).toArray().at(0).toObject();
        QCOMPARE(fault.value(u"line"_s).toInt(), 2);
        QCOMPARE(fault.value(u"source"_s).toString(), u"sandbox"_s);
        gateway.send({{u"type"_s, u"check"_s},
            {u"id"_s, 1},
            {u"destination"_s, u"tls://good.example.net"_s}});
        QCOMPARE(gateway.await(u"checked"_s).value(u"verdict"_s).toString(), u"allow"_s);
    }

    void carriesManyBytesBothWays()
    {
        const std::string body(3 << 20, 'x');
        Upstream server(nullptr, [&](Upstream::Peer &peer) {
            peer.readUntil("\r\n\r\n");
            std::size_t got = 0;
            while (got < body.size())
                got += peer.read().size();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n" + body);
            peer.read();
        });
        GatewayProcess gateway(
            configuration(u"allow good.example.net\n"_s, {fixed("good.example.net:80", server)}));
        auto &guest = gateway.guest();
        const auto stream = guest.connect("good.example.net:80");
        guest.send(stream,
            "PUT /big HTTP/1.1\r\nHost: good.example.net\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
        guest.send(stream, body);

        const auto whole = [&] {
            const auto head = guest.at(stream).received.find("\r\n\r\n");
            return head != std::string::npos &&
                   guest.at(stream).received.size() >= head + 4 + body.size();
        };
        QVERIFY(guest.run(whole, 20000));
        QVERIFY(guest.at(stream).received.ends_with(body));
    }

    void survivesJunkFromTheGuest()
    {
        GatewayProcess gateway(configuration(u"allow good.example.net\n"_s));
        gateway.guest().sendRaw(std::string(70000, 'j'));
        QVERIFY(gateway.endsWithItsPort());
        QVERIFY(!gateway.await(u"stopped"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
