#include "core/config/config.h"
#include "core/config/config_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using core::Error;

namespace {

const core::ConfigKey &key(const char16_t *name)
{
    const core::ConfigKey *found = core::findConfigKey(QStringView(name));
    if (!found)
        qFatal("no such key");
    return *found;
}

} // namespace

class TestConfig : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void aMissingFileIsTheDefaults()
    {
        const auto config = core::loadConfig(u"/nowhere/config.toml"_s);
        QVERIFY(config);
        QCOMPARE(*config, core::Config());
        QVERIFY(config->trustHostRoots);
        QVERIFY(!config->acceptEmulation);
    }

    void readsEverySetting()
    {
        const auto config = core::parseConfig(uR"(
gateway.upstream.proxy = "http://proxy.example:3128"
[acceleration]
accept_emulation = true
[desktop]
on_quit = "suspend"
[guest]
trust_host_roots = false
[suspend]
idle_minutes = 30
on_shutdown = true
)"_s,
            u"c"_s);
        QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
        QCOMPARE(config->upstreamProxy, u"http://proxy.example:3128"_s);
        QVERIFY(config->acceptEmulation);
        QVERIFY(config->onQuit == core::OnQuit::Suspend);
        QCOMPARE(config->idleMinutes, 30);
        QVERIFY(config->suspendOnShutdown);
        QVERIFY(!config->trustHostRoots);
    }

    void refusesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("bad syntax") << u"a = \n"_s << u"c:1:"_s;
        QTest::newRow("unknown key")
            << u"[gateway]\nupstrem = 1\n"_s << u"c:2:1: unknown key \"gateway.upstrem\""_s;
        QTest::newRow("unknown section") << u"[gatewai]\nx = 1\n"_s << u"unknown key \"gatewai\""_s;
        QTest::newRow("wrong type") << u"[acceleration]\naccept_emulation = \"yes\"\n"_s
                                    << u"c:2:20: acceleration.accept_emulation: true or false"_s;
        QTest::newRow("number in a list")
            << u"[gateway.upstream]\nresolve = [1]\n"_s << u"c:2:11"_s;
        QTest::newRow("number as a text")
            << u"[templates]\nbudget_gib = \"10\"\n"_s << u"a number from 0 to 100000"_s;
        QTest::newRow("number below its bounds")
            << u"[templates]\nbudget_gib = -1\n"_s << u"c:2:14: templates.budget_gib"_s;
        QTest::newRow("resolve without port")
            << u"[gateway.upstream]\nresolve = [\"a=1.2.3.4:5\"]\n"_s
            << u"host:port=address:port"_s;
        QTest::newRow("relative file")
            << u"[gateway.upstream]\nca_file = \"ca.pem\"\n"_s << u"absolute path"_s;
        QTest::newRow("registry with a scheme")
            << u"[cache]\nregistries = [\"https://r.example\"]\n"_s << u"host or host:port"_s;
        QTest::newRow("registry by address")
            << u"[cache]\nregistries = [\"10.0.0.1:5000\"]\n"_s << u"host or host:port"_s;
        QTest::newRow("proxy with a path")
            << u"[gateway.upstream]\nproxy = \"http://p:1/x\"\n"_s << u"http://host:port"_s;
    }
    void refusesWhatItDoesNotKnow()
    {
        QFETCH(QString, text);
        QFETCH(QString, words);
        const auto config = core::parseConfig(text, u"c"_s);
        QVERIFY(!config);
        QVERIFY(config.error().kind == Error::Kind::BadConfiguration);
        QVERIFY2(config.error().detail.contains(words), qPrintable(config.error().detail));
    }

    void editsOneLineAndKeepsTheRest_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("empty file")
            << QString() << u"[gateway.upstream]\nproxy = \"http://p:1\"\n"_s;
        QTest::newRow("value replaced, comments stay")
            << u"# mine ü\n[gateway.upstream] # up\nproxy = \"http://old:2\" # why\nca_file = \"/ca\"\n"_s
            << u"# mine ü\n[gateway.upstream] # up\nproxy = \"http://p:1\" # why\nca_file = \"/ca\"\n"_s;
        QTest::newRow("added below its header")
            << u"[gateway.upstream]\nca_file = \"/ca\"\n"_s
            << u"[gateway.upstream]\nproxy = \"http://p:1\"\nca_file = \"/ca\"\n"_s;
        QTest::newRow("dotted keys stay dotted")
            << u"gateway.upstream.ca_file = \"/ca\"\n"_s
            << u"gateway.upstream.proxy = \"http://p:1\"\ngateway.upstream.ca_file = \"/ca\"\n"_s;
        QTest::newRow("new section at the end")
            << u"[acceleration]\naccept_emulation = true"_s
            << u"[acceleration]\naccept_emulation = true\n\n[gateway.upstream]\nproxy = \"http://p:1\"\n"_s;
        QTest::newRow("value after a wide letter on its line")
            << u"gateway.upstream = { ca_file = \"/😀\", proxy = \"http://old:2\" }\n"_s
            << u"gateway.upstream = { ca_file = \"/😀\", proxy = \"http://p:1\" }\n"_s;
    }
    void editsOneLineAndKeepsTheRest()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        const auto edited =
            core::withSetting(before, key(u"gateway.upstream.proxy"), u"http://p:1"_s);
        QVERIFY2(edited, edited ? "" : qPrintable(edited.error().detail));
        QCOMPARE(*edited, after);
    }

    void doesNotTouchAFileThatIsBroken()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"config.toml"_s);
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("acceleration = [");
        file.close();
        const auto stored = core::storeSetting(path, key(u"acceleration.accept_emulation"), true);
        QVERIFY(!stored);
        QVERIFY(stored.error().detail.contains(path));
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), "acceleration = [");
    }

    void everySettingSurvivesTextAndFile()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"deep/config.toml"_s);
        const QHash<QString, QString> texts{
            {u"acceleration.accept_emulation"_s, u"true"_s},
            {u"cache.budget_gib"_s, u"7"_s},
            {u"cache.images"_s, u"true"_s},
            {u"cache.registries"_s, u"r.example,s.example:5000"_s},
            {u"desktop.on_quit"_s, u"stop"_s},
            {u"disk.floor_gib"_s, u"5"_s},
            {u"snapshot.before_prompt"_s, u"true"_s},
            {u"snapshot.budget_gib"_s, u"33"_s},
            {u"snapshot.every_minutes"_s, u"60"_s},
            {u"suspend.idle_minutes"_s, u"45"_s},
            {u"suspend.on_shutdown"_s, u"true"_s},
            {u"gateway.upstream.ca_file"_s, u"/a \"quoted\" \\ name"_s},
            {u"gateway.upstream.proxy"_s, u"http://p.example:8080"_s},
            {u"gateway.upstream.resolve"_s, u"a.example:443=127.0.0.1:99,b.example:80=[::1]:7"_s},
            {u"guest.trust_host_roots"_s, u"false"_s},
            {u"templates.automatic"_s, u"false"_s},
            {u"templates.budget_gib"_s, u"25"_s},
        };
        for (const core::ConfigKey &setting : core::configKeys()) {
            const auto value = core::configValueFromText(setting, texts.value(setting.name));
            QVERIFY2(value, setting.name.data());
            QVERIFY(core::storeSetting(path, setting, *value));
        }
        const auto config = core::loadConfig(path);
        QVERIFY(config);
        for (const core::ConfigKey &setting : core::configKeys())
            QCOMPARE(core::toText(setting.get(*config)), texts.value(setting.name));
    }

    void aListMayBeTyped()
    {
        const auto value = core::configValueFromText(key(u"gateway.upstream.resolve"),
            uR"(["a.example:443=127.0.0.1:99", "b.example:80=10.0.0.1:7"])"_s);
        QVERIFY(value);
        QCOMPARE(std::get<QStringList>(*value),
            (QStringList{u"a.example:443=127.0.0.1:99"_s, u"b.example:80=10.0.0.1:7"_s}));
    }
};

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
