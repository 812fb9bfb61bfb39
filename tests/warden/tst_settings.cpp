#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

SandboxSettings someSettings()
{
    return {
        .id = {u"a1b2c3d4"_s},
        .name = u"web-shop"_s,
        .agent = u"claude"_s,
        .workspace = u"/home/me/web-shop"_s,
        .network = NetworkMode::Locked,
        .cpus = 4,
        .memoryMiB = 3072,
        .diskGiB = 30,
        .image = u"abc"_s,
        .machineType = u"pc-q35-10.0"_s,
        .machineTemplate = u"0123456789abcdef-01234567"_s,
        .allowSecretFiles = true,
        .createdMs = 1'700'000'000'000,
    };
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("PADDOCK_HOME", m_home->filePath(u"paddock"_s).toUtf8());
    }
    void cleanup() { qunsetenv("PADDOCK_HOME"); }

    void settingsSurviveTheirFile()
    {
        const auto read = settingsFromJson(toJson(someSettings()));

        QVERIFY(read);
        QCOMPARE(*read, someSettings());
    }

    void refusesBrokenSettings_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("another schema") << u"schema"_s << QJsonValue(2);
        QTest::newRow("an id with a path") << u"id"_s << QJsonValue(u"../../ab"_s);
        QTest::newRow("an upper-case name") << u"name"_s << QJsonValue(u"Web"_s);
        QTest::newRow("a name like an option") << u"name"_s << QJsonValue(u"-rf"_s);
        QTest::newRow("a name that is too long") << u"name"_s << QJsonValue(QString(41, u'a'));
        QTest::newRow("a relative workspace") << u"workspace"_s << QJsonValue(u"web"_s);
        QTest::newRow("no CPUs") << u"cpus"_s << QJsonValue(0);
        QTest::newRow("CPUs as a text") << u"cpus"_s << QJsonValue(u"2"_s);
        QTest::newRow("too little memory") << u"memoryMiB"_s << QJsonValue(64);
        QTest::newRow("a mode of a later version") << u"network"_s << QJsonValue(u"open"_s);
    }
    void refusesBrokenSettings()
    {
        QFETCH(const QString, key);
        QFETCH(const QJsonValue, value);
        auto json = toJson(someSettings());
        json[key] = value;

        const auto read = settingsFromJson(json);

        QVERIFY(!read);
        QCOMPARE(read.error().kind, Error::Kind::BadConfiguration);
    }

    void proposesAFreeName_data()
    {
        QTest::addColumn<QString>("workspace");
        QTest::addColumn<QStringList>("taken");
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << u"/home/me/web-shop"_s << QStringList{} << u"web-shop"_s;
        QTest::newRow("taken") << u"/w/web"_s << QStringList{u"web"_s, u"web-2"_s} << u"web-3"_s;
        QTest::newRow("spaces and case") << u"/w/My Shop"_s << QStringList{} << u"my-shop"_s;
        QTest::newRow("nothing usable") << u"/w/…"_s << QStringList{} << u"sandbox"_s;
        QTest::newRow("dot directory") << u"/w/.dotfiles"_s << QStringList{} << u"dotfiles"_s;
    }
    void proposesAFreeName()
    {
        QFETCH(const QString, workspace);
        QFETCH(const QStringList, taken);
        QTEST(proposedName(workspace, taken), "name");
    }

    void refusesFoldersThatCannotBeWorkspaces_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("missing") << u"/nowhere/at/all"_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("the root") << u"/"_s;
        QTest::newRow("the home directory") << QDir::homePath();
        QTest::newRow("a file") << u"/etc/passwd"_s;
        QTest::newRow("a guest directory") << u"/usr"_s;
        QTest::newRow("below a guest directory") << u"/etc/ssl"_s;
        QTest::newRow("around a guest directory") << u"/home"_s;
        QTest::newRow("the temporary directory itself") << u"/tmp"_s;
    }
    void refusesFoldersThatCannotBeWorkspaces()
    {
        QFETCH(const QString, folder);

        const auto checked = checkedWorkspace(folder, Paths::fromEnvironment());

        QVERIFY(!checked);
        QCOMPARE(checked.error().kind, Error::Kind::FolderRefused);
    }

    void refusesPaddocksOwnData()
    {
        const auto paths = Paths::fromEnvironment();
        QVERIFY(makePrivateDirectory(paths.sandboxes()));

        QVERIFY(!checkedWorkspace(paths.sandboxes(), paths));
        QVERIFY(!checkedWorkspace(m_home->path(), paths));
    }

    void takesAFolderThroughItsLink()
    {
        const auto folder = m_home->filePath(u"project"_s);
        const auto link = m_home->filePath(u"link"_s);
        QVERIFY(QDir().mkdir(folder));
        QVERIFY(QFile::link(folder, link));

        const auto checked = checkedWorkspace(link, Paths::fromEnvironment());

        QVERIFY(checked);
        QCOMPARE(*checked, QFileInfo(folder).canonicalFilePath());
    }

    void keepsSocketPathsShort()
    {
        const auto deep = u"/tmp/"_s + QString(120, u'x');
        qputenv("PADDOCK_HOME", deep.toUtf8());
        const auto first = Paths::fromEnvironment();
        qputenv("PADDOCK_HOME", (deep + u'y').toUtf8());
        const auto second = Paths::fromEnvironment();

        QVERIFY(first.wardenSocket(u"a1b2c3d4"_s).toUtf8().size() <= 90);
        QVERIFY(first.runtime != second.runtime);
    }

    void makesDirectoriesPrivate()
    {
        const auto path = m_home->filePath(u"one/two"_s);

        QVERIFY(makePrivateDirectory(path));
        QVERIFY(makePrivateDirectory(path));

        struct stat info = {};
        QCOMPARE(::stat(path.toLocal8Bit().constData(), &info), 0);
        QCOMPARE(info.st_mode & 07777U, 0700U);
    }

    void statesKeepTheirNames()
    {
        QCOMPARE(toString(SandboxState::NotAnswering), u"notAnswering"_s);
        QVERIFY(sandboxStateFromString(u"booting") == SandboxState::Booting);
        QVERIFY(agentStateFromString(u"needsYou") == AgentState::NeedsYou);
        QVERIFY(!launchStageFromString(u"lunch"));
    }

    void randomIdsAreValid()
    {
        QVERIFY(SandboxId::random().isValid());
        QVERIFY(SandboxId::random() != SandboxId::random());
        QVERIFY(!SandboxId{u"../../ab"_s}.isValid());
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
