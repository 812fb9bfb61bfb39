#include "core/guest/container_trust.h"
#include "core/guest/roots.h"
#include "core/guest/runtime_call.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace core::guest;
using namespace Qt::StringLiterals;

namespace {

constexpr char debianBundle[] = "etc/ssl/certs/ca-certificates.crt";

QJsonObject objectIn(const Outcome<std::string> &text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text.value_or("[]"))).object();
}

QStringList variables(const QJsonValue &process)
{
    QStringList all;
    for (const auto variable : process[u"env"_s].toArray())
        all << variable.toString();
    return all;
}

} // namespace

class TestContainerTrust : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }

    void aContainerKeepsItsRootsAndGetsTheSandboxs_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray own = "OWN\n# The sandbox's own roots\nCA\n";
        QTest::newRow("Debian") << u"etc/ssl/certs/ca-certificates.crt"_s << own;
        QTest::newRow("Fedora") << u"etc/pki/tls/certs/ca-bundle.crt"_s << own;
        QTest::newRow("Alpine") << u"etc/ssl/cert.pem"_s << own;
        QTest::newRow("none of its own")
            << u"etc/hosts"_s << QByteArray("GUEST\n# The sandbox's own roots\nCA\n");
    }

    void aContainerKeepsItsRootsAndGetsTheSandboxs()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, expected);
        write(u"root/"_s + path, "OWN\n");

        const auto trust = make();

        QVERIFY2(trust, trust ? "" : trust.error().c_str());
        QCOMPARE(read(trust), expected);
        QFile apt(QString::fromStdString(*trust) + u"/apt.conf"_s);
        QVERIFY(apt.open(QFile::ReadOnly));
        QCOMPARE(apt.readAll(), "Acquire::https::CAInfo \"/dev/sandbox-trust/roots.crt\";\n");
        QCOMPARE(QDir(place(u"store"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
    }

    void aBundleThatIsNoPlainFileOfTheContainerDoesNotCount_data()
    {
        QTest::addColumn<QString>("target");
        QTest::newRow("a link out of it") << u"/../../../../../../etc/hostname"_s;
        QTest::newRow("a link upwards") << u"../../../../secret"_s;
        QTest::newRow("a device") << u"/dev/zero"_s;
        QTest::newRow("a directory") << u"/etc"_s;
        QTest::newRow("to itself") << u"ca-certificates.crt"_s;
    }

    void aBundleThatIsNoPlainFileOfTheContainerDoesNotCount()
    {
        QFETCH(QString, target);
        write(u"secret"_s, "SECRET\n");
        write(u"root/etc/ssl/certs/x"_s, "");
        QVERIFY(QFile::link(target, place(u"root/"_s + QLatin1StringView(debianBundle))));

        QVERIFY(read(make()).startsWith("GUEST\n"));
    }

    void containersWithTheSameRootsShareThem()
    {
        write(u"root/"_s + QLatin1StringView(debianBundle), "OWN\n");

        QCOMPARE(make(), make());
    }

    void newCertificatesReachWhatRuns()
    {
        write(u"root/"_s + QLatin1StringView(debianBundle), "OWN\n");
        const auto trust = make();

        QVERIFY(refreshTrust(store(), "OTHER CA\n"));

        QCOMPARE(read(trust), "OWN\n# The sandbox's own roots\nOTHER CA\n");
        QVERIFY(refreshTrust(store(), ""));
        QCOMPARE(read(trust), "OWN\n");
    }

    void noContainerYetIsNoFault() { QVERIFY(refreshTrust(store(), "CA\n")); }

    void aSpecGetsTheMountLastAndTheVariablesWhereUnset()
    {
        const auto spec = objectIn(specWithTrust(
            R"({"ociVersion":"1.2.0","root":{"path":"rootfs"},"process":{"args":["true"],
            "env":["PATH=/bin","SSL_CERT_FILE=/mine"]},"mounts":[{"destination":"/dev"}],
            "linux":{"resources":{"memory":{"limit":9223372036854775807}}}})",
            "/run/paddock/trust/guest"));

        const auto mounts = spec[u"mounts"_s].toArray();
        QCOMPARE(mounts.size(), 2);
        QCOMPARE(mounts[1][u"destination"_s].toString(), u"/dev/sandbox-trust"_s);
        QCOMPARE(mounts[1][u"source"_s].toString(), u"/run/paddock/trust/guest"_s);
        QVERIFY(mounts[1][u"options"_s].toArray().contains(u"ro"_s));
        const auto all = variables(spec[u"process"_s]);
        QVERIFY(all.contains(u"SSL_CERT_FILE=/mine"_s));
        QVERIFY(all.contains(u"CURL_CA_BUNDLE=/dev/sandbox-trust/roots.crt"_s));
        QVERIFY(all.contains(u"NODE_EXTRA_CA_CERTS=/dev/sandbox-trust/roots.crt"_s));
        QVERIFY(all.contains(u"APT_CONFIG=/dev/sandbox-trust/apt.conf"_s));
        QCOMPARE(all.filter(u"SSL_CERT_FILE="_s).size(), 1);
        QCOMPARE(spec[u"linux"_s][u"resources"_s][u"memory"_s][u"limit"_s].toInteger(),
            9223372036854775807);
    }

    void aLaterProcessGetsTheVariables()
    {
        const auto process = objectIn(processWithTrust(R"({"args":["sh"]})"));

        QVERIFY(variables(process).contains(u"SSL_CERT_FILE=/dev/sandbox-trust/roots.crt"_s));
    }

    void onlyAContainerWithTheMountHasTrust_data()
    {
        QTest::addColumn<QByteArray>("state");
        QTest::addColumn<bool>("expected");
        QTest::newRow("with it")
            << QByteArray(
                   R"({"config":{"mounts":[{"destination":"/proc"},{"destination":"/dev/sandbox-trust"}]}})")
            << true;
        QTest::newRow("without") << QByteArray(R"({"config":{"mounts":[{"destination":"/proc"}]}})")
                                 << false;
        QTest::newRow("no mounts") << QByteArray(R"({"config":{"mounts":null}})") << false;
        QTest::newRow("odd mounts")
            << QByteArray(R"({"config":{"mounts":[1,{"destination":2}]}})") << false;
        QTest::newRow("no state") << QByteArray() << false;
    }

    void onlyAContainerWithTheMountHasTrust()
    {
        QFETCH(QByteArray, state);

        QTEST(hasTrust(state.toStdString()), "expected");
    }

    void whatIsNoSpecIsRefused_data()
    {
        QTest::addColumn<QByteArray>("spec");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("half") << QByteArray("{\"mounts\":[");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("without mounts") << QByteArray("{}");
    }

    void whatIsNoSpecIsRefused()
    {
        QFETCH(QByteArray, spec);

        QVERIFY(!specWithTrust(spec.toStdString(), "/x"));
        QVERIFY(!rootOf(spec.toStdString()));
    }

    void readsTheRuntimesCommandLine_data()
    {
        using Kind = RuntimeCall::Kind;
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<RuntimeCall>("expected");
        QTest::newRow("containerd creates")
            << QByteArray(
                   "--root /run/r/moby --log /b/log.json --log-format json create --bundle /b "
                   "--pid-file /b/init.pid 0123abcd")
            << RuntimeCall{.kind = Kind::Begin,
                   .root = "/run/r/moby",
                   .bundle = "/b",
                   .container = "0123abcd"};
        QTest::newRow("BuildKit runs")
            << QByteArray("--log /x run --bundle=/b --keep id")
            << RuntimeCall{.kind = Kind::Begin, .bundle = "/b", .container = "id"};
        QTest::newRow("without a bundle")
            << QByteArray("run id")
            << RuntimeCall{.kind = Kind::Begin, .bundle = ".", .container = "id"};
        QTest::newRow("one more process")
            << QByteArray("--root=/r exec --process /tmp/p --detach id")
            << RuntimeCall{
                   .kind = Kind::Execute, .root = "/r", .process = "/tmp/p", .container = "id"};
        QTest::newRow("anything else")
            << QByteArray("--root /r delete --force id") << RuntimeCall{};
        QTest::newRow("its version") << QByteArray("--version") << RuntimeCall{};
        QTest::newRow("verb alone") << QByteArray("exec") << RuntimeCall{.kind = Kind::Execute};
    }

    void readsTheRuntimesCommandLine()
    {
        QFETCH(QByteArray, line);
        QFETCH(RuntimeCall, expected);
        std::vector<std::string> words;
        for (const auto &word : line.split(' '))
            words.push_back(word.toStdString());

        QVERIFY(parseRuntimeCall(words) == expected);
    }

private:
    [[nodiscard]] QString place(const QString &name) const { return m_directory->filePath(name); }
    [[nodiscard]] std::string store() const { return place(u"store"_s).toStdString(); }
    void write(const QString &name, const QByteArray &content) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(place(name)).path()));
        QFile file(place(name));
        QVERIFY(file.open(QFile::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }
    [[nodiscard]] Outcome<std::string> make() const
    {
        return makeTrust(store(), place(u"root"_s).toStdString(), bundleWith("GUEST\n", "CA\n"));
    }
    static QByteArray read(const Outcome<std::string> &trust)
    {
        QFile file(QString::fromStdString(trust.value_or("")) + u"/roots.crt"_s);
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::optional<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestContainerTrust)
#include "tst_container_trust.moc"
