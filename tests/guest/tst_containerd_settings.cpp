#include "core/guest/containerd_settings.h"

#include <QTest>

using namespace core::guest;

class TestContainerdSettings : public QObject
{
    Q_OBJECT

private slots:
    void theFileIsFound_data()
    {
        QTest::addColumn<std::vector<std::string>>("words");
        QTest::addColumn<int>("at");
        QTest::newRow("as dockerd calls it")
            << std::vector<std::string>{"--config", "/run/c.toml", "--log-level", "warn"} << 1;
        QTest::newRow("short") << std::vector<std::string>{"-l", "warn", "-c", "/run/c.toml"} << 3;
        QTest::newRow("none") << std::vector<std::string>{"--version"} << -1;
        QTest::newRow("without its value") << std::vector<std::string>{"--config"} << -1;
        QTest::newRow("nothing") << std::vector<std::string>{} << -1;
    }

    void theFileIsFound()
    {
        QFETCH(std::vector<std::string>, words);
        QFETCH(int, at);
        auto *file = configurationFile(words);
        QCOMPARE(file ? int(file - words.data()) : -1, at);
    }

    void theirsIsTakenOver()
    {
        const auto text = restingConfiguration("/var/run/docker/containerd/containerd.toml");
        QVERIFY(text.contains("imports = [\"/var/run/docker/containerd/containerd.toml\"]\n"));
    }
};

QTEST_GUILESS_MAIN(TestContainerdSettings)
#include "tst_containerd_settings.moc"
