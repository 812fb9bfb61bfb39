#include "core/tree/apply.h"
#include "core/tree/beneath.h"
#include "core/tree/names.h"
#include "pair.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace core::tree;

namespace {

/// A folder with its stage and versions, as the courier sees them.
class Workshop
{
public:
    Workshop()
        : area(u"/dev/shm/paddock-apply-XXXXXX"_s)
        , folder(area.filePath(u"work"_s))
        , outside(area.filePath(u"outside"_s))
        , own(area.filePath(u"own"_s))
    {
        root = open(folder.path());
        m_own = open(own.path());
        versions = std::move(*makeDirectoryAt(m_own.number(), "versions"));
        stage.emplace(std::move(*makeDirectoryAt(m_own.number(), "stage")), 0);
    }

    static Descriptor open(const QString &path)
    {
        return Descriptor(
            ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }

    EntryPtr scan() const
    {
        Scanner scanner(root.number(), [](std::string_view, bool) { return Treatment::Follow; });
        return scanner.scan(nullptr, Dirty{})->root;
    }

    EntryPtr staged(const std::string &content, bool executable = false)
    {
        const Digest digest = digestOf(content);
        if (!stage->begin(digest, content.size()) || !stage->append(content) ||
            !stage->finish(Flush::Later))
            qFatal("cannot stage");
        return makeFile(digest, content.size(), executable);
    }

    Outcome apply(const Change &change)
    {
        Applier applier({.root = root.number(), .versions = versions.number()},
            *stage,
            {.label = "run", .owner = std::nullopt});
        return applier.apply(std::span(&change, 1)).front();
    }

    QByteArray version(const QString &path) const { return own.read(u"versions/run/"_s + path); }

    QTemporaryDir area;
    Folder folder;
    Folder outside;
    Folder own;
    Descriptor root;
    Descriptor versions;
    std::optional<Stage> stage;

private:
    Descriptor m_own;
};

} // namespace

class TestApply : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void replacesAFileAndKeepsTheOldOne()
    {
        Workshop shop;
        shop.folder.write(u"d/a"_s, "old");
        ::chmod(QFile::encodeName(shop.folder.path(u"d/a"_s)).constData(), 0640);
        const EntryPtr before = entryAt(shop.scan(), "d/a");

        const Outcome outcome =
            shop.apply({.path = "d/a", .before = before, .after = shop.staged("new")});

        QCOMPARE(outcome.obstacle, Obstacle::None);
        QCOMPARE(shop.folder.read(u"d/a"_s), "new");
        QCOMPARE(shop.version(u"d/a"_s), "old");
        struct stat status = {};
        ::stat(QFile::encodeName(shop.folder.path(u"d/a"_s)).constData(), &status);
        QCOMPARE(status.st_mode & 0777U, 0640U);
    }

    void neverWritesThroughAHardLink()
    {
        Workshop shop;
        shop.outside.write(u"secret"_s, "outside");
        QCOMPARE(::link(QFile::encodeName(shop.outside.path(u"secret"_s)).constData(),
                     QFile::encodeName(shop.folder.path(u"a"_s)).constData()),
            0);

        const Outcome outcome = shop.apply(
            {.path = "a", .before = entryAt(shop.scan(), "a"), .after = shop.staged("new")});

        QCOMPARE(outcome.obstacle, Obstacle::None);
        QCOMPARE(shop.folder.read(u"a"_s), "new");
        QCOMPARE(shop.outside.read(u"secret"_s), "outside");
    }

    void whatChangedSinceTheScanStays_data()
    {
        QTest::addColumn<bool>("removes");
        QTest::newRow("when it was to be replaced") << false;
        QTest::newRow("when it was to be removed") << true;
    }
    void whatChangedSinceTheScanStays()
    {
        QFETCH(bool, removes);
        Workshop shop;
        shop.folder.write(u"a"_s, "old");
        const EntryPtr before = entryAt(shop.scan(), "a");
        shop.folder.write(u"a"_s, "mine, just now");

        const EntryPtr after = removes ? nullptr : shop.staged("new");
        const Outcome outcome = shop.apply({.path = "a", .before = before, .after = after});

        QCOMPARE(outcome.obstacle, Obstacle::Changed);
        QCOMPARE(shop.folder.read(u"a"_s), "mine, just now");
    }

    void whatAppearedMeanwhileIsNotOverwritten()
    {
        Workshop shop;
        shop.folder.write(u"a"_s, "mine");

        const Outcome outcome =
            shop.apply({.path = "a", .before = nullptr, .after = shop.staged("new")});

        QCOMPARE(outcome.obstacle, Obstacle::Changed);
        QCOMPARE(shop.folder.read(u"a"_s), "mine");
    }

    void noLinkIsEverFollowed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("a linked parent") << u"link/a"_s;
        QTest::newRow("a linked grandparent") << u"link/sub/a"_s;
        QTest::newRow("a parent linked inside the folder") << u"inner/a"_s;
    }
    void noLinkIsEverFollowed()
    {
        QFETCH(QString, path);
        Workshop shop;
        shop.outside.write(u"sub/keep"_s, "k");
        shop.folder.write(u"real/keep"_s, "k");
        shop.folder.link(u"link"_s, shop.outside.path());
        shop.folder.link(u"inner"_s, u"real"_s);

        const Outcome made = shop.apply(
            {.path = path.toStdString(), .before = nullptr, .after = shop.staged("evil")});

        QCOMPARE(made.obstacle, Obstacle::ParentMissing);
        QVERIFY(!shop.outside.has(u"a"_s));
        QVERIFY(!shop.outside.has(u"sub/a"_s));
        QVERIFY(!shop.folder.has(u"real/a"_s));
    }

    void aLinkIsReplacedNotWrittenThrough()
    {
        Workshop shop;
        shop.outside.write(u"target"_s, "outside");
        shop.folder.link(u"a"_s, shop.outside.path(u"target"_s));

        const Outcome outcome = shop.apply(
            {.path = "a", .before = entryAt(shop.scan(), "a"), .after = shop.staged("new")});

        QCOMPARE(outcome.obstacle, Obstacle::None);
        QCOMPARE(shop.folder.read(u"a"_s), "new");
        QCOMPARE(shop.outside.read(u"target"_s), "outside");
    }

    void aFolderWithUnknownContentStays()
    {
        Workshop shop;
        shop.folder.write(u"d/known"_s, "k");
        const EntryPtr before = entryAt(shop.scan(), "d");
        shop.folder.write(u"d/unknown"_s, "u");

        const Outcome outcome = shop.apply({.path = "d", .before = before, .after = nullptr});

        QCOMPARE(outcome.obstacle, Obstacle::UnknownContent);
        QCOMPARE(outcome.where, std::string("d/unknown"));
        QVERIFY(!shop.folder.has(u"d/known"_s));
        QCOMPARE(shop.folder.read(u"d/unknown"_s), "u");
        QCOMPARE(shop.version(u"d/known"_s), "k");
    }

    void aDirectoryThatBecameALinkIsNotEmptied()
    {
        Workshop shop;
        shop.folder.write(u"d/a"_s, "1");
        shop.outside.write(u"a"_s, "1");
        const EntryPtr before = entryAt(shop.scan(), "d");
        shop.folder.remove(u"d"_s);
        shop.folder.link(u"d"_s, shop.outside.path());

        const Outcome outcome = shop.apply({.path = "d", .before = before, .after = nullptr});

        QCOMPARE(outcome.obstacle, Obstacle::Changed);
        QVERIFY(shop.outside.has(u"a"_s));
    }

    void aWriterAtWorkLosesNothing()
    {
        Workshop shop;
        std::atomic<int> written = 0;
        std::atomic<bool> done = false;
        shop.folder.write(u"a"_s, "token-0");
        std::thread writer([&] {
            while (!done) {
                const QByteArray token = "token-" + QByteArray::number(written + 1);
                shop.folder.write(u"a.tmp"_s, token);
                ::rename(QFile::encodeName(shop.folder.path(u"a.tmp"_s)).constData(),
                    QFile::encodeName(shop.folder.path(u"a"_s)).constData());
                ++written;
            }
        });
        int replaced = 0;
        for (int i = 0; i < 300; ++i) {
            const EntryPtr before = entryAt(shop.scan(), "a");
            if (!before)
                continue;
            const std::string content = "ours-" + std::to_string(i);
            const Outcome outcome =
                shop.apply({.path = "a", .before = before, .after = shop.staged(content)});
            // Whatever was taken away is exactly what was expected, and kept.
            if (outcome.obstacle == Obstacle::None) {
                ++replaced;
                const QString kept = replaced == 1 ? u"a"_s : u"a~%1"_s.arg(replaced - 1);
                if (replaced < 99)
                    QCOMPARE(toHex(digestOf(shop.version(kept).toStdString())), toHex(before->id));
            }
        }
        done = true;
        writer.join();
        QVERIFY(written > 0);
    }

    void heldContentIsWrittenOnceWhereItGoes_data()
    {
        QTest::addColumn<bool>("inPlace");
        QTest::newRow("the first copy") << true;
        QTest::newRow("later") << false;
    }
    void heldContentIsWrittenOnceWhereItGoes()
    {
        QFETCH(bool, inPlace);
        Workshop shop;
        const auto hold = [&](const std::string &content) {
            return shop.stage->hold(digestOf(content), content).value_or(false);
        };
        QVERIFY(hold("one") && hold("two") && hold(""));
        QVERIFY(!shop.stage->hold(digestOf("x"), "y").has_value());
        shop.folder.write(u"there"_s, "mine");
        const auto file = [](const std::string &content, bool executable = false) {
            return makeFile(digestOf(content), content.size(), executable);
        };
        std::vector<Change> changes = {
            {.path = "d",
                .before = nullptr,
                .after = makeDirectory({{.name = "a", .entry = file("one")},
                    {.name = "b", .entry = file("one", true)},
                    {.name = "c", .entry = file("")}})},
            {.path = "there", .before = nullptr, .after = file("two")},
            {.path = "new", .before = nullptr, .after = file("two")},
            {.path = "missing", .before = nullptr, .after = file("three")}};

        Applier applier({.root = shop.root.number(), .versions = shop.versions.number()},
            *shop.stage,
            {.label = "1-1", .inPlace = inPlace});
        const auto outcomes = applier.apply(changes);

        QCOMPARE(outcomes[0].obstacle, Obstacle::None);
        QCOMPARE(outcomes[1].obstacle, Obstacle::Changed);
        QCOMPARE(outcomes[2].obstacle, Obstacle::None);
        QCOMPARE(outcomes[3].obstacle, Obstacle::ContentMissing);
        QCOMPARE(shop.folder.listing(),
            (QStringList{u"dir d"_s,
                u"file - d/a 6f6e65"_s,
                u"file - d/c "_s,
                u"file - new 74776f"_s,
                u"file - there 6d696e65"_s,
                u"file x d/b 6f6e65"_s}));
    }

    void theStageBelievesNoDigest()
    {
        Workshop shop;
        const Digest digest = digestOf("announced");
        QVERIFY(shop.stage->begin(digest, 9));
        QVERIFY(shop.stage->append("different"));
        QVERIFY(!shop.stage->finish(Flush::Later));
        QVERIFY(!shop.stage->has(digest));

        QVERIFY(shop.stage->begin(digest, 9));
        QVERIFY(!shop.stage->append("announced and more"));

        const Outcome outcome =
            shop.apply({.path = "a", .before = nullptr, .after = makeFile(digest, 9)});
        QCOMPARE(outcome.obstacle, Obstacle::ContentMissing);
        QVERIFY(!shop.folder.has(u"a"_s));
    }

    void aStageLeftByAKilledRunKeepsDisplacedFiles()
    {
        Workshop shop;
        shop.own.write(u"stage/work-1"_s, "a user's old version");
        shop.own.write(u"stage/"_s + QString::fromStdString(toHex(digestOf("new"))), "new");
        shop.own.write(
            u"stage/"_s + QString::fromStdString(toHex(digestOf("x"))), "displaced by x");

        const Descriptor own = Workshop::open(shop.own.path());
        const Stage again(
            std::move(*makeDirectoryAt(own.number(), "stage")), 0, shop.versions.number());

        QCOMPARE(shop.own.read(u"versions/work-1"_s), "a user's old version");
        QCOMPARE(shop.own.read(u"versions/"_s + QString::fromStdString(toHex(digestOf("x")))),
            "displaced by x");
        QVERIFY(!shop.own.has(u"versions/"_s + QString::fromStdString(toHex(digestOf("new")))));
    }

    void oldVersionsGoWhenTheyAreOldOrTooMuch_data()
    {
        QTest::addColumn<VersionLimits>("limits");
        QTest::addColumn<QStringList>("left");
        const QStringList all = {u"1000-1"_s, u"2000-2"_s, u"3000-3"_s};
        QTest::newRow("all fit") << VersionLimits{.keepMs = 10'000, .bytes = 1 << 20, .graceMs = 0}
                                 << all;
        QTest::newRow("the old go")
            << VersionLimits{.keepMs = 3'000, .bytes = 1 << 20, .graceMs = 0} << all.mid(2);
        QTest::newRow("the oldest go first, until the rest fits")
            << VersionLimits{.keepMs = 10'000, .bytes = 250 << 10, .graceMs = 0} << all.mid(1);
        QTest::newRow("the young stay, however much they are")
            << VersionLimits{.keepMs = 10'000, .bytes = 1, .graceMs = 2'500} << all.mid(2);
    }
    void oldVersionsGoWhenTheyAreOldOrTooMuch()
    {
        QFETCH(VersionLimits, limits);
        QFETCH(QStringList, left);
        const Workshop shop;
        const Folder versions(shop.area.filePath(u"own/versions"_s));
        for (const auto &run : {u"1000-1"_s, u"2000-2"_s, u"3000-3"_s})
            versions.write(run + u"/dir/file"_s, QByteArray(100 << 10, 'v'));
        QDir(versions.path()).mkdir(u"4999-4"_s); // empty

        sweepVersions(shop.versions.number(), 5'000, limits);

        QCOMPARE(QDir(versions.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot), left);
    }

    void namesThatCouldMeanGitAreRecognised_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, bool expected) {
            QTest::newRow(name) << QByteArray(name) << expected;
        };
        row(".git", true);
        row(".GIT", true);
        row(".Git. ", true);
        row("git~1", true);
        row("GI250A~1", true);
        row(".g\u200cit", true);
        row("\uff0egit", true);
        row(".git:stream", true);
        row(".gitignore", false);
        row("git", false);
        row(".github", false);
    }
    void namesThatCouldMeanGitAreRecognised()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, expected);

        QCOMPARE(isGitName(name.toStdString()), expected);
    }

    void onlyLinksThatStayInsideAreAccepted_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *path, const char *target, bool expected) {
            QTest::addRow("%s to %s", path, target)
                << QByteArray(path) << QByteArray(target) << expected;
        };
        row("a", "b", true);
        row("a", "b/c", true);
        row("d/a", "../b", true);
        row("d/e/a", "../../b", true);
        row("a", "../b", false);
        row("d/a", "../../b", false);
        row("d/a", "b/../../c", false);
        row("d/e/f/up", "../../..", true);
        row("m", "d/e/f/up/../../../secret", false);
        row("a", "/etc/passwd", false);
        row("a", "/home/me/work/b", true);
        row("a", "/home/me/work/../x", false);
        row("a", "/home/me/workshop", false);
        row("a", "./b", false);
        row("a", "b//c", false);
        row("a", "", false);
    }
    void onlyLinksThatStayInsideAreAccepted()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, target);
        QFETCH(bool, expected);

        QCOMPARE(
            linkStaysInside(path.toStdString(), target.toStdString(), "/home/me/work"), expected);
    }
};

QTEST_GUILESS_MAIN(TestApply)
#include "tst_apply.moc"
