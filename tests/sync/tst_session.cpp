#include "pair.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void seedsTheGuestWithTheWorkspace()
    {
        Pair pair;
        pair.host.write(u"src/main.c"_s, "int main;");
        pair.host.write(u"big.bin"_s, QByteArray(3'000'000, 'x'));
        pair.host.write(u"empty"_s, "");
        pair.host.link(u"link"_s, u"src/main.c"_s);
        QFile::setPermissions(pair.host.path(u"src/main.c"_s), QFile::Permissions(0x7755));

        QVERIFY2(pair.connect(), qPrintable(pair.failure));

        QCOMPARE(pair.guest.listing(), pair.host.listing());
        QCOMPARE(pair.status.files, 4U);
        QCOMPARE(pair.seeded, 1);
    }

    void carriesChangesBothWays()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"b"_s, "1");
        pair.host.write(u"dir/c"_s, "1");
        QVERIFY(pair.connect());

        pair.host.write(u"a"_s, "2");
        pair.host.write(u"new/host"_s, "h");
        pair.guest.write(u"b"_s, "22");
        pair.guest.write(u"new2/guest"_s, "g");
        pair.guest.remove(u"dir/c"_s);
        QVERIFY(pair.sync());

        QCOMPARE(pair.guest.listing(), pair.host.listing());
        QCOMPARE(pair.host.read(u"b"_s), "22");
        QCOMPARE(pair.guest.read(u"a"_s), "2");
        QVERIFY(!pair.host.has(u"dir/c"_s));
        QCOMPARE(pair.versions(), (QStringList{u"b"_s, u"dir/c"_s}));
        QVERIFY(pair.conflicts.isEmpty());
    }

    void anEditArrivesWithoutBeingAskedFor()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        QVERIFY(pair.connect());
        QVERIFY(pair.sync());

        pair.guest.write(u"from-guest"_s, "g");
        QVERIFY(pair.pumpUntil([&] { return pair.host.read(u"from-guest"_s) == "g"; }, 3000));
        pair.host.write(u"from-host"_s, "h");
        QVERIFY(pair.pumpUntil([&] { return pair.guest.read(u"from-host"_s) == "h"; }, 3000));
        pair.host.write(u"deep/er/file"_s, "d");
        QVERIFY(pair.pumpUntil([&] { return pair.guest.read(u"deep/er/file"_s) == "d"; }, 3000));
    }

    void whatIsWrittenWhileItIsFetchedHasFollowedBeforeItSettles()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        QVERIFY(pair.connect());
        pair.guest.write(u"a"_s, "22");
        const int before = pair.settled;
        pair.session->syncNow();
        QVERIFY(pair.pumpUntil([&] { return pair.status.state == core::sync::State::Syncing; }));

        pair.guest.write(u"a"_s, "333"); // what was seen can be fetched no more
        QVERIFY(pair.pumpUntil([&] { return pair.settled > before; }));

        QCOMPARE(pair.host.read(u"a"_s), "333");
        QCOMPARE(pair.problems, QStringList());
    }

    void aConflictLeavesBothAloneAndIsListed()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        QVERIFY(pair.connect());

        pair.host.write(u"a"_s, "host");
        pair.guest.write(u"a"_s, "guest!");
        pair.guest.write(u"other"_s, "o");
        QVERIFY(pair.sync());

        QCOMPARE(pair.host.read(u"a"_s), "host");
        QCOMPARE(pair.guest.read(u"a"_s), "guest!");
        QCOMPARE(pair.host.read(u"other"_s), "o");
        QCOMPARE(pair.conflicts, QStringList{u"a: modified | modified"_s});
    }

    void renamesDirectories()
    {
        Pair pair;
        for (int i = 0; i < 30; ++i)
            pair.host.write(u"old/f%1"_s.arg(i), QByteArray::number(i));
        QVERIFY(pair.connect());

        QVERIFY(QDir().rename(pair.host.path(u"old"_s), pair.host.path(u"new"_s)));
        QVERIFY(pair.sync());

        QCOMPARE(pair.guest.listing(), pair.host.listing());
        QVERIFY(!pair.guest.has(u"old"_s));
    }

    void carriesTheExecutableBitAlone()
    {
        Pair pair;
        pair.host.write(u"run.sh"_s, "#!/bin/sh\n");
        QVERIFY(pair.connect());

        QVERIFY(::chmod(pair.guest.path(u"run.sh"_s).toUtf8().constData(), 0755) == 0);
        QVERIFY(pair.sync());
        QVERIFY(QFileInfo(pair.host.path(u"run.sh"_s)).isExecutable());
        QVERIFY(pair.versions().isEmpty());

        QVERIFY(::chmod(pair.host.path(u"run.sh"_s).toUtf8().constData(), 0644) == 0);
        QVERIFY(pair.sync());
        QVERIFY(!QFileInfo(pair.guest.path(u"run.sh"_s)).isExecutable());
    }

    void linksThatStayInsideTravelAndOthersDoNot()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.link(u"absolute"_s, u"/etc/hostname"_s);
        QVERIFY(pair.connect());
        QVERIFY(pair.guest.has(u"absolute"_s));

        pair.guest.link(u"inside"_s, u"a"_s);
        pair.guest.link(u"sub/up"_s, u"../a"_s);
        pair.guest.link(u"escape"_s, u"../../secret"_s);
        pair.guest.link(u"passwd"_s, u"/etc/passwd"_s);
        QVERIFY(pair.sync());

        QVERIFY(pair.host.has(u"inside"_s));
        QVERIFY(pair.host.has(u"sub/up"_s));
        QVERIFY(!pair.host.has(u"escape"_s));
        QVERIFY(!pair.host.has(u"passwd"_s));
        QVERIFY(pair.problems.contains(u"escape: the link leaves the workspace"_s));
    }

    void refusesGitMetadataFromTheGuest()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        QVERIFY(pair.connect());

        pair.guest.write(u"sub/.git/config"_s, "[core]\nfsmonitor=evil\n");
        pair.guest.write(u".GIT/config"_s, "x");
        pair.guest.write(u"gitfile/.git"_s, "gitdir: ../x\n");
        pair.guest.write(u"bare/HEAD"_s, "ref: refs/heads/main\n");
        pair.guest.write(u"bare/config"_s, "[core]\n");
        pair.guest.write(u"bare/objects/x"_s, "x");
        pair.guest.write(u"bare/refs/x"_s, "x");
        ::mkfifo(pair.guest.path(u"fifo"_s).toUtf8().constData(), 0600);
        QVERIFY(pair.sync());

        QVERIFY(!pair.host.has(u"sub/.git"_s));
        QVERIFY(!pair.host.has(u".GIT"_s));
        QVERIFY(!pair.host.has(u"gitfile/.git"_s));
        QVERIFY(!pair.host.has(u"bare/HEAD"_s));
        QVERIFY(!pair.host.has(u"bare/config"_s));
        QVERIFY(!pair.host.has(u"fifo"_s));
        QVERIFY(
            pair.problems.contains(u"sub/.git: git metadata made in the sandbox stays there"_s));
    }

    void secretFilesStayOnTheHostUnlessAllowed()
    {
        const auto fill = [](Pair &pair) {
            pair.host.write(u".env.local"_s, "KEY=1");
            pair.host.write(u"keys/id_rsa"_s, "private");
            pair.host.write(u"server.pem"_s, "private");
            pair.host.write(u".npmrc"_s, "//registry.example/:_authToken=abc");
            pair.host.write(u"sub/.npmrc"_s, "save-exact=true");
            pair.host.write(u"code"_s, "c");
        };
        Pair pair;
        fill(pair);
        QVERIFY(pair.connect());
        QVERIFY(!pair.guest.has(u".env.local"_s));
        QVERIFY(!pair.guest.has(u"keys/id_rsa"_s));
        QVERIFY(!pair.guest.has(u"server.pem"_s));
        QVERIFY(!pair.guest.has(u".npmrc"_s));
        QVERIFY(pair.guest.has(u"sub/.npmrc"_s));
        QCOMPARE(pair.excluded,
            (QStringList{u".env.local"_s, u".npmrc"_s, u"keys/id_rsa"_s, u"server.pem"_s}));

        Pair allowed;
        fill(allowed);
        QVERIFY(allowed.connect({.allowSecretFiles = true}));
        QCOMPARE(allowed.guest.listing(), allowed.host.listing());
        QVERIFY(allowed.excluded.isEmpty());
    }

    void aMassChangeWaitsForAnAnswer_data()
    {
        QTest::addColumn<bool>("apply");
        QTest::newRow("applied: the host follows") << true;
        QTest::newRow("discarded: the guest gets its files back") << false;
    }
    void aMassChangeWaitsForAnAnswer()
    {
        QFETCH(bool, apply);
        Pair pair;
        for (int i = 0; i < 40; ++i)
            pair.host.write(u"src/f%1"_s.arg(i), QByteArray::number(i));
        pair.host.write(u"README"_s, "r");
        QVERIFY(pair.connect());

        pair.guest.remove(u"src"_s);
        QVERIFY(pair.sync());
        QVERIFY(pair.question);
        QCOMPARE(pair.status.state, core::sync::State::Halted);
        QVERIFY(pair.host.has(u"src/f0"_s));

        pair.session->answer(apply);
        QVERIFY(pair.pumpUntil([&] { return pair.status.state == core::sync::State::Idle; }));

        QCOMPARE(pair.host.has(u"src/f0"_s), !apply);
        QCOMPARE(pair.guest.listing(), pair.host.listing());
        QCOMPARE(pair.versions().size(), apply ? 40 : 0);
    }

    void theGuestMayDeleteWhatItMade()
    {
        Pair pair;
        pair.host.write(u"README"_s, "r");
        QVERIFY(pair.connect());
        for (int i = 0; i < 300; ++i)
            pair.guest.write(u"out/f%1"_s.arg(i), QByteArray::number(i));
        QVERIFY(pair.sync());
        QVERIFY(pair.bothEqual());

        pair.guest.remove(u"out"_s);
        QVERIFY(pair.sync());

        QVERIFY(!pair.question);
        QVERIFY(!pair.host.has(u"out"_s));
    }

    void afterAnUncleanStopTheGuestDeletesNothing()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"b"_s, "1");
        QVERIFY(pair.connect());
        pair.guest.write(u"made"_s, "m");
        pair.host.write(u"b"_s, "2");
        QVERIFY(pair.sync());
        pair.disconnect(false);

        // What a power cut and a rollback do to the guest's disk.
        pair.guest.remove(u"a"_s);
        pair.guest.remove(u"made"_s);
        pair.guest.write(u"b"_s, "1");
        QVERIFY(pair.connect({.boot = u"boot-2"_s}));
        QVERIFY(pair.sync());

        QCOMPARE(pair.host.read(u"a"_s), "1");
        QCOMPARE(pair.host.read(u"made"_s), "m");
        QCOMPARE(pair.host.read(u"b"_s), "2");
        QCOMPARE(pair.guest.listing(), pair.host.listing());
    }

    void aRestoredGuestIsBroughtUpToTheHost()
    {
        Pair pair;
        for (const QString &name : {u"kept"_s, u"edited"_s, u"host"_s, u"gone"_s, u"old/er"_s})
            pair.host.write(name, "1");
        pair.host.write(u"log"_s, "line 1\n");
        QVERIFY(pair.connect());
        // What the host never saw is in the snapshot too.
        pair.guest.write(u"log"_s, "line 1\nline 2\n");
        pair.guest.write(u"unseen"_s, "u");
        saveGuest(pair.area);
        pair.guest.write(u"log"_s, "line 1\nline 2\nline 3\n");
        pair.guest.write(u"edited"_s, "by the guest");
        pair.guest.write(u"made"_s, "m");
        pair.guest.remove(u"gone"_s);
        pair.guest.remove(u"unseen"_s);
        pair.host.remove(u"old"_s);
        pair.host.write(u"host"_s, "2");
        QVERIFY(pair.sync());
        QVERIFY(pair.bothEqual());
        pair.disconnect(false);
        pair.host.write(u"host"_s, "3");
        const QStringList before = pair.host.listing();

        // With the memory of that moment, so in the same boot.
        restoreGuest(pair.area);
        QVERIFY2(pair.connect(), qPrintable(pair.failure));
        QVERIFY(pair.sync());

        QVERIFY(pair.conflicts.isEmpty());
        QVERIFY(!pair.question);
        QCOMPARE(pair.host.read(u"unseen"_s), "u");
        pair.host.remove(u"unseen"_s);
        QCOMPARE(pair.host.listing(), before);
        QVERIFY(pair.sync());
        QCOMPARE(pair.guest.listing(), before);
        QVERIFY(pair.versions().contains(u"log"_s));
    }

    void aRestoredGuestIsNotTrustedBeforeItIsUpToDate()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"b"_s, "1");
        QVERIFY(pair.connect());
        saveGuest(pair.area);
        pair.guest.write(u"a"_s, "2");
        QVERIFY(pair.sync());
        pair.disconnect(true);
        restoreGuest(pair.area);
        pair.guest.remove(u"b"_s);

        // It meets the host, and is gone again before a plan was made.
        QVERIFY(pair.connectBriefly());
        pair.disconnect(true);
        QVERIFY(pair.connect());
        QVERIFY(pair.sync());

        QCOMPARE(pair.host.read(u"a"_s), "2");
        QCOMPARE(pair.host.read(u"b"_s), "1");
        QVERIFY(pair.bothEqual());
    }

    void theDiskOfAnotherSandboxDeletesNothing()
    {
        Pair other;
        other.host.write(u"x"_s, "other");
        QVERIFY(other.connect());
        for (int i = 0; i < 5; ++i) {
            other.host.write(u"x"_s, QByteArray::number(i));
            QVERIFY(other.sync());
        }
        saveGuest(other.area);
        other.disconnect(true);
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"x"_s, "1");
        QVERIFY(pair.connect());
        pair.disconnect(true);

        std::filesystem::rename(other.area.filePath(u"snapshot"_s).toStdString(),
            pair.area.filePath(u"snapshot"_s).toStdString());
        restoreGuest(pair.area);
        QVERIFY(pair.connectBriefly());
        pair.disconnect(true);
        QVERIFY(pair.connect());
        QVERIFY(pair.sync());

        QCOMPARE(pair.host.listing(), (QStringList{u"file - a 31"_s, u"file - x 31"_s}));
        QCOMPARE(pair.conflicts, QStringList{u"x: created | created"_s});
        QCOMPARE(pair.guest.read(u"a"_s), "1");
    }

    void whatAKilledRunBroughtHereIsNoConflict()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"b"_s, "1");
        pair.host.write(u"c"_s, "1");
        QVERIFY(pair.connect());
        pair.disconnect(true);

        // Killed when the host had the guest's second version, and the guest went on. Of `c`
        // nothing had come yet, and the user went on.
        const auto brought = [](const char *path) {
            return core::tree::Change{.path = path,
                .before = core::tree::makeFile(core::tree::digestOf("1"), 1),
                .after = core::tree::makeFile(core::tree::digestOf("2"), 1)};
        };
        pair.host.write(u"a"_s, "2");
        pair.guest.write(u"a"_s, "3");
        pair.host.write(u"b"_s, "2");
        pair.guest.remove(u"b"_s);
        pair.host.write(u"c"_s, "mine");
        pair.guest.write(u"c"_s, "2");
        {
            const int sync = ::open(pair.area.filePath(u"sync"_s).toUtf8().constData(),
                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            auto store = core::sync::AncestorStore::open(sync);
            QVERIFY(store->intend(store->plan() + 1, {brought("a"), brought("b"), brought("c")}));
            ::close(sync);
        }
        // Killed again before it had made a plan of its own.
        QVERIFY(pair.connectBriefly());
        QVERIFY(pair.pumpUntil([&] { return pair.host.read(u"a"_s) == "3"; }));
        pair.disconnect(true);
        QVERIFY(pair.connect());
        QVERIFY(pair.sync());

        QCOMPARE(pair.host.read(u"a"_s), "3");
        QVERIFY(!pair.host.has(u"b"_s));
        QCOMPARE(pair.conflicts, QStringList{u"c: modified | modified"_s});
    }

    void afterAnOrderlyStopDeletionsCount()
    {
        Pair pair;
        pair.host.write(u"a"_s, "1");
        pair.host.write(u"b"_s, "1");
        QVERIFY(pair.connect());
        pair.disconnect(true);

        pair.guest.remove(u"a"_s);
        QVERIFY(pair.connect({.boot = u"boot-2"_s}));
        QVERIFY(pair.sync());

        QVERIFY(!pair.host.has(u"a"_s));
        QCOMPARE(pair.versions(), QStringList{u"a"_s});
    }

    void namesOfAnyBytesTravel()
    {
        Pair pair;
        pair.host.write(u"new\nline"_s, "1");
        pair.host.write(u"-rf *"_s, "1");
        pair.host.write(u"ünï \u202e x"_s, "1");
        const QByteArray raw = QFile::encodeName(pair.host.path()) + "/bad\xff\xfe";
        const int file = ::creat(raw.constData(), 0644);
        QVERIFY(file >= 0);
        ::close(file);
        QVERIFY(pair.connect());

        QCOMPARE(pair.guest.has(u"new\nline"_s), true);
        QCOMPARE(
            ::access((QFile::encodeName(pair.guest.path()) + "/bad\xff\xfe").constData(), F_OK), 0);
        QVERIFY(pair.guest.has(u"ünï \u202e x"_s));
        // QTemporaryDir cannot remove a name that is no text.
        ::unlink(raw.constData());
        ::unlink((QFile::encodeName(pair.guest.path()) + "/bad\xff\xfe").constData());
    }

    void heavyDirectoriesThatGitIgnoresStayOnTheirSide()
    {
        Pair pair;
        pair.host.write(u".gitignore"_s, "node_modules/\n");
        pair.host.write(u"node_modules/x/y"_s, "host");
        pair.host.write(u"dist/z"_s, "1");
        QVERIFY(pair.connect());

        QVERIFY(!pair.guest.has(u"node_modules"_s));
        QVERIFY(pair.guest.has(u"dist/z"_s));
        pair.guest.write(u"node_modules/x/y"_s, "guest");
        QVERIFY(pair.sync());
        QCOMPARE(pair.host.read(u"node_modules/x/y"_s), "host");
        QVERIFY(pair.conflicts.isEmpty());
    }

    void seedsThousandsOfSmallFiles()
    {
        Pair pair;
        for (int i = 0; i < 5000; ++i)
            pair.host.write(u"d%1/f%2"_s.arg(i % 50).arg(i), QByteArray::number(i));

        QVERIFY(pair.connect());

        QCOMPARE(pair.guest.listing(), pair.host.listing());
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
