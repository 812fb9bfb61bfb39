#include "tests/cli/command_line.h"
#include "tests/settled.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;

#define VERIFY_CODE(ran, expected)                                                                 \
    QVERIFY2((ran).code == (expected),                                                             \
        QByteArray(QByteArray::number((ran).code) + " " + (ran).errors).constData())

class TestProgram : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeHome> m_home;

    core::SandboxId only()
    {
        const auto ids = core::sandboxIds(FakeHome::paths());
        if (ids.size() != 1)
            qFatal("%lld sandboxes", ids.size());
        return ids.front();
    }
    /// A stopped sandbox named "shop" with a script for its warden.
    core::SandboxId made(const QString &name, const QJsonObject &script = {})
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = sandboxes.create({.settings = m_home->settings(name), .initialPolicy = {}});
        if (!id)
            qFatal("create: %s", qPrintable(id.error().detail));
        FakeHome::script(*id, script);
        return *id;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<FakeHome>();
    }
    void cleanup() { m_home.reset(); }

    void helpAndVersionTouchNothing()
    {
        qputenv("PADDOCK_HOME", "/nowhere/at/all");
        for (const QStringList &arguments : {QStringList{u"--help"_s},
                 {u"run"_s, u"--help"_s},
                 {u"policy"_s, u"allow"_s, u"--help"_s},
                 {u"version"_s},
                 {u"--version"_s}}) {
            const Ran ran = paddock(arguments);
            VERIFY_CODE(ran, 0);
            QVERIFY(!ran.output.isEmpty());
            QVERIFY(ran.errors.isEmpty());
        }
        QCOMPARE(paddock({u"version"_s, u"--json"_s}).json()["schema"_L1].toInt(), 1);
    }

    void wrongUsageIsTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("words");
        const QString folder = u"FOLDER"_s;
        QTest::newRow("nothing") << QStringList() << QByteArray("--help");
        QTest::newRow("a verb that is none")
            << QStringList{u"snapshoot"_s, u"shop"_s} << QByteArray("snapshoot");
        QTest::newRow("an option that is none")
            << QStringList{u"ls"_s, u"--wide"_s} << QByteArray("--wide");
        QTest::newRow("network ask")
            << QStringList{u"run"_s, u"shell"_s, folder, u"--network"_s, u"ask"_s}
            << QByteArray("later version");
        QTest::newRow("read-only folder")
            << QStringList{u"run"_s, u"shell"_s, folder + u":ro"_s} << QByteArray("later version");
        QTest::newRow("two folders")
            << QStringList{u"run"_s, u"shell"_s, folder, folder} << QByteArray("later version");
        QTest::newRow("unknown agent")
            << QStringList{u"run"_s, u"cursor"_s, folder} << QByteArray("claude");
        QTest::newRow("a key as argument")
            << QStringList{u"run"_s, u"shell"_s, folder, u"--secret"_s, u"openai=sk-1"_s}
            << QByteArray("env:VARIABLE");
        QTest::newRow("memory in apples")
            << QStringList{u"run"_s, u"shell"_s, folder, u"--memory"_s, u"many"_s}
            << QByteArray("4GiB");
        QTest::newRow("attach without a terminal")
            << QStringList{u"attach"_s, u"shop"_s} << QByteArray("terminal");
        QTest::newRow("an unknown setting") << QStringList{u"config"_s, u"set"_s, u"a.b"_s, u"1"_s}
                                            << QByteArray("gateway.upstream.proxy");
        QTest::newRow("an unknown service")
            << QStringList{u"secret"_s, u"set"_s, u"acme"_s} << QByteArray("anthropic");
    }
    void wrongUsageIsTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, words);
        arguments.replaceInStrings(u"FOLDER"_s, m_home->workspace(u"a"_s));
        if (arguments.value(0) == u"attach"_s)
            made(u"shop"_s);
        const Ran ran = paddock(arguments);
        VERIFY_CODE(ran, 2);
        QVERIFY(ran.output.isEmpty());
        QVERIFY2(ran.errors.contains(words), ran.errors.constData());
        QVERIFY(!ran.errors.contains("sk-1"));
    }

    void anUnknownSandboxIsThree()
    {
        for (const QString &verb :
            {u"start"_s, u"stop"_s, u"restart"_s, u"rm"_s, u"inspect"_s, u"shell"_s, u"logs"_s})
            VERIFY_CODE(paddock({verb, u"nobody"_s}), 3);
    }

    void runsTheAgentWithItsStreamsApartAndItsExitCode()
    {
        const QString folder = m_home->workspace(u"shop"_s);
        const Ran first = paddock({u"run"_s, u"shell"_s, folder, u"--"_s, u"-p"_s, u"two words"_s});
        VERIFY_CODE(first, 0);
        QCOMPARE(first.output, "agent got -p|two words\n");
        QVERIFY(first.errors.contains("agent complains\n"));
        QVERIFY(first.errors.contains("starting the machine"));

        FakeHome::endWarden(only());
        FakeHome::script(only(), {{u"agentExit"_s, 42}});
        const Ran second = paddock({u"run"_s, u"shell"_s, folder});
        VERIFY_CODE(second, 42);
        QVERIFY(second.errors.contains("shop is the sandbox of this folder"));
    }

    void twoRunsAtOnceShareOneSandbox()
    {
        const QString folder = m_home->workspace(u"shop"_s);
        QProcess one;
        QProcess two;
        for (QProcess *process : {&one, &two})
            process->start(QStringLiteral(PROGRAMS "/paddock"), {u"run"_s, u"shell"_s, folder});
        for (QProcess *process : {&one, &two}) {
            process->closeWriteChannel();
            QVERIFY(process->waitForFinished(30'000));
            QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
        }
        QCOMPARE(core::sandboxIds(FakeHome::paths()).size(), 1);
    }

    void handsSessionSecretsToTheWarden()
    {
        qputenv("PADDOCK_TEST_KEY", "sk-ant-test");
        VERIFY_CODE(paddock({u"run"_s,
                        u"claude"_s,
                        m_home->workspace(u"a"_s),
                        u"--secret"_s,
                        u"anthropic=env:PADDOCK_TEST_KEY"_s}),
            0);
        QCOMPARE(FakeHome::seen(only())["secrets"_L1]["anthropic"_L1].toString(), u"sk-ant-test"_s);
        qunsetenv("PADDOCK_TEST_KEY");
    }

    void createPrintsTheNameAndLsListsIt()
    {
        const Ran created = paddock({u"create"_s,
            u"shell"_s,
            m_home->workspace(u"shop"_s),
            u"--cpus"_s,
            u"3"_s,
            u"--memory"_s,
            u"1GiB"_s});
        VERIFY_CODE(created, 0);
        QCOMPARE(created.output, "shop\n");
        const QJsonObject listing = paddock({u"ls"_s, u"--json"_s}).json();
        QCOMPARE(listing["schema"_L1].toInt(), 1);
        const QJsonObject entry = listing["sandboxes"_L1][0].toObject();
        QCOMPARE(entry["name"_L1].toString(), u"shop"_s);
        QCOMPARE(entry["state"_L1].toString(), u"running"_s);
        QCOMPARE(entry["cpus"_L1].toInt(), 3);
        QCOMPARE(entry["memoryMiB"_L1].toInt(), 1024);
        QVERIFY(paddock({u"ls"_s}).output.contains("shop"));
        QCOMPARE(paddock({u"inspect"_s, u"shop"_s, u"--json"_s}).json()["socket"_L1].toString(),
            FakeHome::paths().wardenSocket(only().value));
        VERIFY_CODE(
            paddock({u"create"_s, u"shell"_s, m_home->workspace(u"b"_s), u"--name"_s, u"shop"_s}),
            4);
    }

    void passesACommandsBytesBothWays()
    {
        made(u"shop"_s);
        QByteArray bytes;
        for (int i = 0; i < 300'000; ++i)
            bytes += static_cast<char>(i * 7);
        const Ran ran = paddock(
            {u"exec"_s, u"-i"_s, u"shop"_s, u"sh"_s, u"-c"_s, u"cat; echo no -- >&2; exit 9"_s},
            bytes);
        VERIFY_CODE(ran, 9);
        QCOMPARE(ran.output, bytes);
        QVERIFY(ran.errors.endsWith("no --\n"));
        QCOMPARE(paddock({u"exec"_s,
                             u"-e"_s,
                             u"A=b c"_s,
                             u"-w"_s,
                             u"/"_s,
                             u"shop"_s,
                             u"--"_s,
                             u"sh"_s,
                             u"-c"_s,
                             u"echo $A $PWD; cat"_s},
                     "lost")
                     .output,
            "b c /\n");
        VERIFY_CODE(paddock({u"exec"_s, u"shop"_s, u"/no/such/program"_s}), 125);
    }

    void tellsWhyALaunchFailed()
    {
        made(u"shop"_s,
            {{u"failLaunch"_s,
                QJsonObject{{u"kind"_s, u"guestSilent"_s},
                    {u"detail"_s, u"no greeting in 60 s"_s},
                    {u"consoleTail"_s, u"one\nKernel panic\n"_s}}}});
        const Ran ran = paddock({u"start"_s, u"shop"_s});
        VERIFY_CODE(ran, 125);
        QVERIFY(ran.errors.contains("did not answer: no greeting in 60 s"));
        QVERIFY(ran.errors.contains("Kernel panic"));
        QVERIFY(ran.errors.contains("paddock logs"));
        QCOMPARE(paddock({u"ls"_s, u"--json"_s}).json()["sandboxes"_L1][0]["state"_L1].toString(),
            u"failed"_s);
        QVERIFY(paddock({u"logs"_s, u"--console"_s, u"shop"_s}).output.contains("Kernel panic"));
    }

    void doesNotAskForEmulationWithoutATerminal()
    {
        const auto id = made(u"shop"_s,
            {{u"refuse"_s,
                QJsonObject{
                    {u"kind"_s, u"emulationNotAccepted"_s}, {u"detail"_s, u"nothing boots"_s}}}});
        const Ran ran = paddock({u"start"_s, u"shop"_s});
        VERIFY_CODE(ran, 78);
        QVERIFY(ran.errors.contains("--accept-emulation"));
        FakeHome::script(id, {});
        VERIFY_CODE(
            paddock({u"run"_s, u"shell"_s, m_home->workspace(u"shop"_s), u"--accept-emulation"_s}),
            0);
        QCOMPARE(
            paddock({u"config"_s, u"get"_s, u"acceleration.accept_emulation"_s}).output, "true\n");
    }

    void stopsAndRemoves()
    {
        made(u"shop"_s);
        VERIFY_CODE(paddock({u"start"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"rm"_s, u"shop"_s}), 4);
        VERIFY_CODE(paddock({u"restart"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"stop"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"stop"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"rm"_s, u"shop"_s}), 0);
        QCOMPARE(paddock({u"ls"_s, u"--json"_s}).json()["sandboxes"_L1].toArray().size(), 0);
        QVERIFY(QDir(m_home->workspace(u"shop"_s)).exists());
    }

    void listsFiftySandboxesThoughFiveHang()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        for (int i = 0; i < 50; ++i) {
            const auto id =
                made(u"s%1"_s.arg(i), i < 5 ? QJsonObject{{u"hang"_s, true}} : QJsonObject());
            if (i < 5)
                QVERIFY(settled(sandboxes.start(id, {})));
        }
        paddock({u"ls"_s}); // the program's pages are in memory
        QElapsedTimer timer;
        timer.start();
        const Ran ran = paddock({u"ls"_s});
        qInfo("ls took %lld ms", timer.elapsed());
        VERIFY_CODE(ran, 0);
        QCOMPARE(ran.output.count("not answering"), 5);
        QCOMPARE(ran.output.count('\n'), 51);
        QVERIFY2(timer.elapsed() <= 1000, QByteArray::number(timer.elapsed()).constData());
    }

    void editsThePolicyAndTellsTheWarden()
    {
        made(u"shop"_s);
        VERIFY_CODE(paddock({u"policy"_s, u"allow"_s, u"shop"_s, u"example.com"_s}), 0);
        VERIFY_CODE(paddock({u"policy"_s, u"check"_s, u"shop"_s, u"https://example.com"_s}), 0);
        VERIFY_CODE(paddock({u"policy"_s, u"check"_s, u"shop"_s, u"https://other.example"_s}), 5);
        VERIFY_CODE(paddock({u"policy"_s, u"deny"_s, u"shop"_s, u"bad.example.com"_s}), 0);
        const QJsonObject shown = paddock({u"policy"_s, u"show"_s, u"shop"_s, u"--json"_s}).json();
        QVERIFY(shown["text"_L1].toString().contains(u"allow example.com\n"_s));
        QVERIFY(paddock({u"policy"_s, u"show"_s, u"shop"_s}).output.contains("bad.example.com"));
        VERIFY_CODE(paddock({u"policy"_s, u"allow"_s, u"shop"_s, u"*.com"_s}), 2);

        VERIFY_CODE(paddock({u"start"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"policy"_s, u"rm"_s, u"shop"_s, u"example.com"_s}), 0);
        QVERIFY(FakeHome::seen(only())["calls"_L1].toArray().contains(u"policy.reload"_s));
        VERIFY_CODE(paddock({u"policy"_s, u"rm"_s, u"shop"_s, u"example.com"_s}), 1);
        VERIFY_CODE(paddock({u"policy"_s, u"allow"_s, u"--global"_s, u"docs.example"_s}), 0);
        QVERIFY(paddock({u"policy"_s, u"show"_s}).output.contains("allow docs.example"));
    }

    void namesTheLineOfABadPolicy()
    {
        const QString file = FakeHome::paths().globalPolicyFile();
        QVERIFY(core::makePrivateDirectory(QFileInfo(file).path()));
        QVERIFY(core::writeFile(
            file, "paddock-policy 1\ndefault deny\nallow example.com\nalow example.org\n"));
        const Ran ran = paddock({u"policy"_s, u"show"_s});
        VERIFY_CODE(ran, 78);
        QVERIFY(ran.errors.contains(":4:1"));
    }

    void showsConnectionsWithoutControlCharacters()
    {
        const QJsonObject record{{u"ts"_s, 1},
            {u"host"_s, u"evil\u001b[31m.example"_s},
            {u"port"_s, 443},
            {u"proto"_s, u"https"_s},
            {u"verdict"_s, u"deny"_s},
            {u"reason"_s, u"no rule"_s}};
        made(u"shop"_s, {{u"connections"_s, QJsonArray{record}}});
        VERIFY_CODE(paddock({u"start"_s, u"shop"_s}), 0);
        const Ran ran = paddock({u"policy"_s, u"log"_s, u"shop"_s});
        QVERIFY(ran.output.contains("deny"));
        QVERIFY(!ran.output.contains('\x1b'));
        QCOMPARE(paddock({u"policy"_s, u"log"_s, u"shop"_s, u"--json"_s})
                     .json()["records"_L1][0]["port"_L1]
                     .toInt(),
            443);
    }

    void waitsForWhatIsAsked()
    {
        made(u"shop"_s,
            {{u"status"_s,
                QJsonObject{{u"agentState"_s, QJsonObject{{u"state"_s, u"needsYou"_s}}}}}});
        VERIFY_CODE(paddock({u"start"_s, u"shop"_s}), 0);
        VERIFY_CODE(
            paddock({u"wait"_s, u"shop"_s, u"--for"_s, u"waiting"_s, u"--timeout"_s, u"10"_s}), 0);
        VERIFY_CODE(
            paddock({u"wait"_s, u"shop"_s, u"--for"_s, u"synced"_s, u"--timeout"_s, u"10"_s}), 0);
        VERIFY_CODE(
            paddock({u"wait"_s, u"shop"_s, u"--for"_s, u"exit"_s, u"--timeout"_s, u"1"_s}), 75);
        VERIFY_CODE(paddock({u"stop"_s, u"shop"_s}), 0);
        VERIFY_CODE(paddock({u"wait"_s, u"shop"_s, u"--for"_s, u"exit"_s}), 0);
        VERIFY_CODE(paddock({u"wait"_s, u"shop"_s, u"--for"_s, u"waiting"_s}), 4);
    }

    void showsAHeldMassChangeAndTakesItsAnswer()
    {
        const QJsonObject question{{u"kind"_s, u"massChange"_s},
            {u"summary"_s, u"The sandbox wants to delete 40 files."_s},
            {u"paths"_s, QJsonArray{u"src/a"_s}}};
        made(u"shop"_s,
            {{u"status"_s,
                 QJsonObject{{u"sync"_s,
                     QJsonObject{{u"state"_s, u"halted"_s},
                         {u"reason"_s, question.value("summary"_L1)},
                         {u"question"_s, question}}}}},
                {u"syncConflicts"_s,
                    QJsonArray{QJsonObject{{u"path"_s, u"both.txt"_s},
                        {u"host"_s, u"modified"_s},
                        {u"guest"_s, u"deleted"_s}}}}});
        VERIFY_CODE(paddock({u"start"_s, u"shop"_s}), 0);

        const auto status = paddock({u"sync"_s, u"status"_s, u"shop"_s});
        VERIFY_CODE(status, 0);
        QVERIFY(status.output.contains("The sandbox wants to delete 40 files."));
        QVERIFY(status.output.contains("src/a"));
        QVERIFY(status.output.contains("paddock sync answer shop apply"));
        QVERIFY(paddock({u"sync"_s, u"conflicts"_s, u"shop"_s}).output.contains("both.txt"));
        VERIFY_CODE(paddock({u"sync"_s, u"answer"_s, u"shop"_s, u"later"_s}), 2);
        for (const auto &words : {QStringList{u"answer"_s, u"shop"_s, u"discard"_s},
                 QStringList{u"pause"_s, u"shop"_s},
                 QStringList{u"resume"_s, u"shop"_s}})
            VERIFY_CODE(paddock(QStringList{u"sync"_s} + words), 0);
    }

    void diagnosesWithANextStep()
    {
        const Ran ran = paddock({u"diagnose"_s, u"--json"_s});
        const QJsonArray checks = ran.json()["checks"_L1].toArray();
        QVERIFY(checks.size() >= 8);
        for (const QJsonValue check : checks) {
            const bool good = check["result"_L1].toString() == u"ok"_s;
            QCOMPARE(check["nextStep"_L1].toString().isEmpty(), good);
        }
        QVERIFY(paddock({u"diagnose"_s}).output.contains("image"));
        QVERIFY(paddock({u"diagnose"_s, u"--markdown"_s}).output.contains("| check |"));
    }

    void quittingWithoutADesktopIsNoError() { VERIFY_CODE(paddock({u"quit"_s}), 0); }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
