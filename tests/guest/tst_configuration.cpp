#include "core/guest/configuration.h"
#include "core/guest/roots.h"

#include <QTest>

using namespace core::guest;

class TestConfiguration : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void everyMemberIsRead()
    {
        const auto parsed = parseConfiguration(
            R"({"hostname":"web-shop","machineId":"0123456789abcdef0123456789abcdef",
            "realtimeNs":7,"workspace":"/home/me/shop","caCertificate":"CA","extraRoots":"ROOTS","environment":{"A":"b"},
            "docker":true,"files":[{"path":"/home/agent/.x","mode":"0600","owner":"root","content":"c"}],
            "aptOptions":"o","unknown":1})");

        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().c_str());
        const Configuration expected{.hostname = "web-shop",
            .machineId = "0123456789abcdef0123456789abcdef",
            .realtimeNs = 7,
            .workspace = "/home/me/shop",
            .caCertificate = "CA",
            .extraRoots = "ROOTS",
            .environment = {{"A", "b"}},
            .docker = true,
            .files = {{.path = "/home/agent/.x",
                .mode = 0600,
                .owner = GuestFile::Owner::Root,
                .content = "c"}},
            .aptOptions = "o"};
        QVERIFY(*parsed == expected);
    }

    void wrongMemberIsNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("names");
        QTest::newRow("no JSON") << QByteArray("{") << QByteArray("JSON");
        QTest::newRow("a list") << QByteArray("[]") << QByteArray("JSON");
        QTest::newRow("hostname is a number")
            << QByteArray(R"({"hostname":1})") << QByteArray("hostname");
        QTest::newRow("hostname with a dot")
            << QByteArray(R"({"hostname":"a.b"})") << QByteArray("hostname");
        QTest::newRow("short machine id")
            << QByteArray(R"({"machineId":"abc"})") << QByteArray("machineId");
        QTest::newRow("docker is a text")
            << QByteArray(R"({"docker":"yes"})") << QByteArray("docker");
        QTest::newRow("environment is a list")
            << QByteArray(R"({"environment":["A"]})") << QByteArray("environment");
        QTest::newRow("environment's name has an equals sign")
            << QByteArray(R"({"environment":{"A=":"b"}})") << QByteArray("environment");
        QTest::newRow("file's path is relative")
            << QByteArray(R"({"files":[{"path":"x"}]})") << QByteArray("path");
        QTest::newRow("file's path climbs")
            << QByteArray(R"({"files":[{"path":"/home/../etc/passwd"}]})") << QByteArray("path");
        QTest::newRow("file's mode is not octal")
            << QByteArray(R"({"files":[{"path":"/x","mode":"9"}]})") << QByteArray("mode");
        QTest::newRow("file is setuid")
            << QByteArray(R"({"files":[{"path":"/x","mode":"4755"}]})") << QByteArray("mode");
        QTest::newRow("unknown owner")
            << QByteArray(R"({"files":[{"path":"/x","owner":"me"}]})") << QByteArray("owner");
    }

    void wrongMemberIsNamed()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, names);

        const auto parsed = parseConfiguration(json.toStdString());

        QVERIFY(!parsed);
        QVERIFY2(parsed.error().contains(names.toStdString()), parsed.error().c_str());
    }

    void workspaceHidesNothingOfTheGuest_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<bool>("allowed");
        for (const char *path : {"/home/me/shop",
                 "/tmp/shop",
                 "/root/shop",
                 "/srv/shop",
                 "/home/agent/shop",
                 "/usr/local/src/shop",
                 "/opt"})
            QTest::newRow(path) << QByteArray(path) << true;
        for (const char *path : {"/",
                 "/usr",
                 "/etc",
                 "/var",
                 "/var/lib",
                 "/home",
                 "/home/agent",
                 "/tmp",
                 "/root",
                 "/proc/x",
                 "/sys/x",
                 "/dev/x",
                 "/run/x",
                 "/bin",
                 "relative",
                 "/a//b",
                 "/a/../b",
                 "/a/",
                 "",
                 "/var/lib/docker/x",
                 "/a\nb"})
            QTest::newRow(QByteArray(path).toPercentEncoding("/").constData())
                << QByteArray(path) << false;
    }

    void workspaceHidesNothingOfTheGuest()
    {
        QFETCH(QByteArray, path);
        QFETCH(bool, allowed);
        QCOMPARE(workspaceRefusal(path.toStdString()).empty(), allowed);
    }

    void certificatesAreReplacedAndNotPiledUp()
    {
        const std::string once = bundleWith("SYSTEM", "ONE\n");
        const std::string twice = bundleWith(once, "TWO\n");

        QVERIFY(once.contains("SYSTEM\n") && once.ends_with("ONE\n"));
        QVERIFY(!twice.contains("ONE") && twice.ends_with("TWO\n"));
        QCOMPARE(bundleWith(twice, ""), std::string("SYSTEM\n"));
    }
};

QTEST_GUILESS_MAIN(TestConfiguration)
#include "tst_configuration.moc"
