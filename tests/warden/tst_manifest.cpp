#include "core/agents/agent_catalog.h"
#include "core/agents/agent_manifest.h"
#include "core/agents/placeholders.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

void writeFile(const QString &path, const QByteArray &content)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

} // namespace

class TestManifest : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("PADDOCK_HOME", m_home->path().toUtf8());
    }
    void cleanup() { qunsetenv("PADDOCK_HOME"); }

    void builtInAgentsAreComplete()
    {
        const auto catalog = AgentCatalog::load(Paths::fromEnvironment());

        QCOMPARE(catalog.problems(), QStringList());
        QStringList ids;
        for (const auto &agent : catalog.all())
            ids << agent.id;
        QCOMPARE(ids, QStringList({u"claude"_s, u"codex"_s, u"gemini"_s, u"shell"_s}));
        QCOMPARE(catalog.find(u"claude"_s)->command.last(), u"--dangerously-skip-permissions"_s);
    }

    void tellsWhichAgentsThereAre()
    {
        const auto missing = AgentCatalog::load(Paths::fromEnvironment()).find(u"hal"_s);

        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, Error::Kind::UnknownAgent);
        QVERIFY(missing.error().detail.contains(u"claude, codex, gemini, shell"_s));
    }

    void theUsersManifestWins()
    {
        const auto paths = Paths::fromEnvironment();
        writeFile(paths.config + u"/agents/mine.toml"_s,
            "id = \"shell\"\nname = \"My shell\"\ncommand = [\"zsh\"]\n");

        const auto agent = AgentCatalog::load(paths).find(u"shell"_s);

        QVERIFY(agent);
        QCOMPARE(agent->name, u"My shell"_s);
    }

    void namesThePlaceOfAMistake_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("detail");
        const QByteArray head = "id = \"x\"\nname = \"X\"\ncommand = [\"x\"]\n";
        QTest::newRow("syntax") << QByteArray("id = \"x\"\nname = = 1\n") << u"x.toml:2:"_s;
        QTest::newRow("unknown key") << head + "colour = \"red\"\n"
                                     << u"x.toml:4:1: unknown key \"colour\""_s;
        QTest::newRow("wrong type") << QByteArray("id = \"x\"\nname = 7\ncommand = [\"x\"]\n")
                                    << u"x.toml:2:8: \"name\" must be a text"_s;
        QTest::newRow("number in a list")
            << QByteArray("id = \"x\"\nname = \"X\"\ncommand = [\"x\", 1]\n")
            << u"x.toml:3:11: \"command\" must be a list of texts"_s;
        QTest::newRow("no command")
            << QByteArray("id = \"x\"\nname = \"X\"\n") << u"\"command\" is missing"_s;
        QTest::newRow("a wildcard host")
            << head +
                   "[[credential]]\nservice=\"s\"\nhosts=[\"*.x\"]\nheader=\"h\"\nvariable=\"V\"\n"
            << u"without *"_s;
        QTest::newRow("a path that climbs")
            << head + "[[file]]\npath=\"/home/../etc/x\"\ncontent=\"\"\n"
            << u"without .."_s;
        QTest::newRow("too long") << QByteArray(70'000, '#') << u"longer than 64 KiB"_s;
    }
    void namesThePlaceOfAMistake()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, detail);

        const auto agent = agentFromToml(text, u"x.toml"_s);

        QVERIFY(!agent);
        QCOMPARE(agent.error().kind, Error::Kind::BadConfiguration);
        QVERIFY2(agent.error().detail.contains(detail), qPrintable(agent.error().detail));
    }

    void userArgumentsNeverReplaceTheAutonomyFlag_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("command");
        QTest::newRow("none") << QStringList{} << QStringList{u"a"_s, u"--yolo"_s, u"hello"_s};
        QTest::newRow("an option")
            << QStringList{u"-p"_s, u"hi"_s}
            << QStringList{u"a"_s, u"--yolo"_s, u"hello"_s, u"-p"_s, u"hi"_s};
        QTest::newRow("a prompt") << QStringList{u"fix it"_s}
                                  << QStringList{u"a"_s, u"--yolo"_s, u"fix it"_s};
    }
    void userArgumentsNeverReplaceTheAutonomyFlag()
    {
        QFETCH(const QStringList, arguments);
        Agent agent;
        agent.command = {u"a"_s, u"--yolo"_s};
        agent.defaultArguments = {u"hello"_s};

        QTEST(agentCommand(agent, arguments), "command");
    }

    void placeholdersLookReal()
    {
        const auto agent = *AgentCatalog::load(Paths::fromEnvironment()).find(u"claude"_s);

        const auto one = randomPlaceholders(agent);
        const auto other = randomPlaceholders(agent);

        QVERIFY(one[u"anthropic"_s].startsWith(u"sk-ant-api03-"_s));
        QVERIFY(one[u"anthropic"_s].contains(placeholderInfix));
        QVERIFY(one != other);
        QCOMPARE(agentEnvironment(agent, one)[u"ANTHROPIC_API_KEY"_s], one[u"anthropic"_s]);
    }

    void filesHoldWorkspaceAndPlaceholder()
    {
        const auto agent = *AgentCatalog::load(Paths::fromEnvironment()).find(u"claude"_s);
        const auto placeholders = randomPlaceholders(agent);
        const auto workspace = u"/home/me/a \"quoted\\folder"_s;

        const auto files = agentFiles(agent, workspace, placeholders);

        const auto json = QJsonDocument::fromJson(files.first().content.toUtf8()).object();
        QCOMPARE(json[u"projects"].toObject().keys(), QStringList{workspace});
        const auto approved = json[u"customApiKeyResponses"][u"approved"][0].toString();
        QCOMPARE(approved, placeholders[u"anthropic"_s].right(20));
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestManifest)
#include "tst_manifest.moc"
