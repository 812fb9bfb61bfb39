#include "core/sync/git_plan.h"
#include "pair.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::string_literals;
using namespace core::sync;

namespace {

GitAnswer run(const QStringList &arguments, const QString &folder = {})
{
    QProcess git;
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto &[name, value] : gitEnvironment())
        environment.insert(QString::fromStdString(name), QString::fromStdString(value));
    environment.insert(u"GIT_CONFIG_GLOBAL"_s, u"/dev/null"_s);
    git.setProcessEnvironment(environment);
    if (!folder.isEmpty())
        git.setWorkingDirectory(folder);
    git.start(u"git"_s, arguments);
    git.waitForFinished();
    return {.exitStatus = git.exitCode(),
        .output = git.readAllStandardOutput().toStdString(),
        .errors = git.readAllStandardError().toStdString()};
}

GitAnswer run(GitStep step, const QString &workspace, const QString &bundle = {})
{
    QStringList arguments;
    for (const std::string &word :
        gitArguments(step, workspace.toStdString(), bundle.toStdString()))
        arguments << QString::fromStdString(word);
    return run(arguments);
}

void commitAll(const Folder &folder)
{
    run({u"add"_s, u"-A"_s}, folder.path());
    run({u"-c"_s,
            u"user.name=Me"_s,
            u"-c"_s,
            u"user.email=me@example.org"_s,
            u"commit"_s,
            u"-qm"_s,
            u"one"_s},
        folder.path());
}

GitView probe(const QString &folder)
{
    return readProbe(folder.toStdString(), run(GitStep::Probe, folder));
}

} // namespace

class TestGit : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void remoteUrlsLoseTheirCredentials_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("user and token")
            << "https://me:tok@host.example/a.git"_ba << "https://host.example/a.git"_ba;
        QTest::newRow("token alone")
            << "https://ghp_abc@host.example/a"_ba << "https://host.example/a"_ba;
        QTest::newRow("token in the query")
            << "https://host.example/a?token=x"_ba << "https://host.example/a"_ba;
        QTest::newRow("an at sign in the password")
            << "http://a:b@c@host/x"_ba << "http://host/x"_ba;
        QTest::newRow("ssh keeps its user")
            << "ssh://git:pw@host:22/a"_ba << "ssh://git@host:22/a"_ba;
        QTest::newRow("scp form stays") << "git@host:a.git"_ba << "git@host:a.git"_ba;
        QTest::newRow("nothing to remove")
            << "https://host.example/a"_ba << "https://host.example/a"_ba;
        QTest::newRow("a remote helper is dropped") << "ext::sh -c evil"_ba << ""_ba;
        QTest::newRow("a helper before a URL is dropped") << "foo::https://host/a"_ba << ""_ba;
    }
    void remoteUrlsLoseTheirCredentials()
    {
        QFETCH(QByteArray, url);
        QFETCH(QByteArray, expected);

        QCOMPARE(QByteArray::fromStdString(withoutCredentials(url.toStdString())), expected);
    }

    void recognisesWhatAFolderIs()
    {
        QTemporaryDir area;
        const Folder none(area.filePath(u"none"_s));
        QCOMPARE(probe(none.path()).shape, GitShape::NoRepository);

        const Folder repository(area.filePath(u"repository"_s));
        run({u"init"_s, u"-q"_s}, repository.path());
        QCOMPARE(probe(repository.path()).shape, GitShape::Repository);
        QVERIFY(probe(repository.path()).notice.empty());

        repository.write(u"sub/file"_s, "1");
        commitAll(repository);
        QCOMPARE(probe(repository.path(u"sub"_s)).shape, GitShape::Subfolder);

        run({u"worktree"_s, u"add"_s, u"-q"_s, area.filePath(u"tree"_s)}, repository.path());
        QCOMPARE(probe(area.filePath(u"tree"_s)).shape, GitShape::Worktree);

        const Folder bare(area.filePath(u"bare"_s));
        run({u"init"_s, u"-q"_s, u"--bare"_s}, bare.path());
        QCOMPARE(probe(bare.path()).shape, GitShape::Bare);

        QCOMPARE(readProbe({}, GitAnswer{.exitStatus = -1}).shape, GitShape::NoGit);
    }

    void tellsWhereARepositoryStands()
    {
        QTemporaryDir area;
        const Folder folder(area.filePath(u"repository"_s));
        const auto refs = [&] {
            return readRefs(run(GitStep::Head, folder.path()),
                run(GitStep::Commit, folder.path()),
                run(GitStep::Refs, folder.path()));
        };
        QVERIFY(refs().branch.empty() && refs().commit.empty() && refs().refs.empty());

        run({u"init"_s, u"-q"_s, u"--initial-branch=trunk"_s}, folder.path());
        QCOMPARE(refs().branch, "refs/heads/trunk");
        QVERIFY(refs().commit.empty());

        folder.write(u"file"_s, "1");
        commitAll(folder);
        run({u"tag"_s, u"v1"_s}, folder.path());
        run({u"checkout"_s, u"-q"_s, u"--detach"_s}, folder.path());
        const auto all = refs();
        QVERIFY(all.branch.empty());
        QCOMPARE(all.commit.size(), 40U);
        QCOMPARE(all.refs.size(), 2U);
        QCOMPARE(all.refs[0], std::pair("refs/heads/trunk"s, all.commit));
        QCOMPARE(all.refs[1], std::pair("refs/tags/v1"s, all.commit));
    }

    void leavesOutRefsThatAreTooMuchToKeep()
    {
        const std::string line =
            "0123456789012345678901234567890123456789 refs/heads/" + std::string(1000, 'x');
        std::string lines;
        for (int i = 0; i < 1100; ++i)
            lines += line + '\n';
        const GitAnswer head{.exitStatus = 0, .output = "refs/heads/trunk\n"};

        QVERIFY(readRefs(head, {}, {.exitStatus = 0, .output = lines}).refs.empty());
        QCOMPARE(readRefs(head, {}, {.exitStatus = 0, .output = lines}).branch, "refs/heads/trunk");
        QCOMPARE(readRefs(head, {}, {.exitStatus = 0, .output = line}).refs.size(), 1U);
    }

    void theGuestGetsTheHistoryAndACleanStatus_data()
    {
        QTest::addColumn<bool>("detached");
        QTest::newRow("on a branch") << false;
        QTest::newRow("detached") << true;
    }
    void theGuestGetsTheHistoryAndACleanStatus()
    {
        QFETCH(bool, detached);
        Pair pair;
        const QString host = pair.host.path();
        run({u"init"_s, u"-q"_s, u"--initial-branch=trunk"_s}, host);
        pair.host.write(u"src/a"_s, "1");
        pair.host.write(u".env"_s, "TRACKED=1");
        pair.host.write(u"space and ü"_s, "1");
        commitAll(pair.host);
        run({u"branch"_s, u"feature/x"_s}, host);
        run({u"tag"_s, u"v1"_s}, host);
        run({u"remote"_s, u"add"_s, u"origin"_s, u"https://me:token@host.example/a.git"_s}, host);
        if (detached)
            run({u"checkout"_s, u"-q"_s, u"--detach"_s}, host);
        run({u"config"_s, u"user.name"_s, u"Me"_s}, host);
        const QString bundle = pair.area.filePath(u"bundle"_s);
        const GitAnswer made = run(GitStep::Bundle, host, bundle);
        QVERIFY2(made.exitStatus == 0, made.errors.c_str());
        const int file = ::open(QFile::encodeName(bundle).constData(), O_RDONLY | O_CLOEXEC);
        const GitSetup setup = readAnswers({.head = run(GitStep::Head, host),
            .commit = run(GitStep::Commit, host),
            .userName = run(GitStep::UserName, host),
            .userEmail = run(GitStep::UserEmail, host),
            .remotes = run(GitStep::Remotes, host)});
        QCOMPARE(setup.detached, detached);

        QVERIFY2(pair.connect({.git = setup, .bundle = file}), qPrintable(pair.failure));
        ::close(file);

        const QString guest = pair.guest.path();
        QVERIFY2(pair.problems.isEmpty(), qPrintable(pair.problems.join(u'\n')));
        QCOMPARE(run({u"status"_s, u"--porcelain"_s}, guest).output, std::string());
        QCOMPARE(run({u"log"_s, u"--format=%H %s"_s}, guest).output,
            run({u"log"_s, u"--format=%H %s"_s}, host).output);
        const QStringList branches = {u"for-each-ref"_s, u"refs/heads"_s};
        QCOMPARE(run(branches, guest).output, run(branches, host).output);
        QCOMPARE(run(GitStep::Head, guest).output, run(GitStep::Head, host).output);
        QCOMPARE(run({u"tag"_s}, guest).output, std::string("v1\n"));
        QCOMPARE(run({u"config"_s, u"user.name"_s}, guest).output, std::string("Me\n"));
        QCOMPARE(run({u"remote"_s, u"get-url"_s, u"origin"_s}, guest).output,
            std::string("https://host.example/a.git\n"));
        QVERIFY(!pair.guest.has(u".env"_s));
        QVERIFY(!QFile::exists(guest + u"/.git/hooks/pre-commit.sample"_s));

        // A commit there stays there; the files travel.
        pair.guest.write(u"src/a"_s, "2");
        run({u"-c"_s, u"user.email=a@b"_s, u"commit"_s, u"-qam"_s, u"two"_s}, guest);
        QVERIFY(pair.sync());
        QCOMPARE(pair.host.read(u"src/a"_s), "2");
        QVERIFY(pair.problems.isEmpty());
    }

    void aRepositoryWithoutACommitIsMadeToo()
    {
        Pair pair;
        run({u"init"_s, u"-q"_s, u"--initial-branch=trunk"_s}, pair.host.path());
        pair.host.write(u"a"_s, "1");
        const GitSetup setup = readAnswers({.head = run(GitStep::Head, pair.host.path()),
            .commit = run(GitStep::Commit, pair.host.path())});
        QVERIFY(!setup.bundle);

        QVERIFY(pair.connect({.git = setup}));

        QCOMPARE(run({u"symbolic-ref"_s, u"HEAD"_s}, pair.guest.path()).output,
            std::string("refs/heads/trunk\n"));
        QCOMPARE(
            run({u"status"_s, u"--porcelain"_s}, pair.guest.path()).output, std::string("?? a\n"));
    }
};

QTEST_GUILESS_MAIN(TestGit)
#include "tst_git.moc"
