#include "core/sync/codec.h"
#include "core/sync/guest_mirror.h"
#include "core/sync/tree_codec.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace core::sync;
namespace tree = core::tree;

namespace {

tree::EntryPtr sampleTree()
{
    return tree::makeDirectory(
        {{.name = "a", .entry = tree::makeFile(tree::digestOf("1"), 1, true)},
            {.name = "d",
                .entry = tree::makeDirectory({{.name = "link", .entry = tree::makeLink("../a")},
                    {.name = "p", .entry = tree::makeProblem(tree::Cause::SpecialFile)},
                    {.name = "u", .entry = tree::makeUntracked()}})}});
}

std::string changesOf(const tree::EntryPtr &entry)
{
    return encodeChanges(
        std::vector<tree::Change>{{.path = "x/y", .before = entry, .after = entry}},
        Before::Carry,
        Times::Leave);
}

std::string file(std::string_view name)
{
    Writer writer;
    writer.text(name);
    writer.u8(2);
    writer.u64(1);
    writer.raw(std::string(32, 'd'));
    return writer.take();
}

std::string directoryOf(std::uint32_t count, std::string_view children)
{
    Writer writer;
    writer.u8(0); // no former value
    writer.text("x");
    writer.u8(1);
    writer.u32(count);
    writer.raw(children);
    return writer.take();
}

} // namespace

class TestCodec : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void whatIsEncodedComesOutAgain()
    {
        const Hello hello{.session = {1, 2, 3},
            .workspace = "/home/me/w",
            .selection = {.allowSecretFiles = true,
                .heavy = {"/build", "target"},
                .secretPaths = {".npmrc"}}};
        const HelloAck ack{.session = {9},
            .plan = 7,
            .boot = "b",
            .planBoot = "c",
            .cleanStop = true,
            .repository = true,
            .freeBytes = 5};
        const std::vector<NeededFile> need = {
            {.path = "a/b", .digest = tree::digestOf("x"), .size = 3}};
        const GitSetup git{.head = "refs/heads/m",
            .bundle = true,
            .userName = "N",
            .userEmail = "e",
            .remotes = {{.name = "o", .url = "u"}}};
        const TreeEnd end{.root = tree::digestOf("r"), .busy = true, .freeBytes = 1};
        const PlanEnd plan{.plan = 3, .keepTimes = true};
        std::string small;
        appendSmallFile(small, tree::digestOf("hi"), "hi");

        QVERIFY(decodeHello(encode(hello)) == hello);
        QVERIFY(decodeHelloAck(encode(ack)) == ack);
        QVERIFY(decodeNeed(encode(need)) == need);
        QVERIFY(decodeGitSetup(encode(git)) == git);
        QVERIFY(decodeTreeEnd(encode(end)) == end);
        QVERIFY(decodePlanEnd(encode(plan)) == plan);
        QCOMPARE(decodeSmall(small)->at(0).content, std::string("hi"));
        const auto changes = decodeChanges(changesOf(sampleTree()));
        QVERIFY(changes.has_value());
        QCOMPARE(changes->at(0).path, std::string("x/y"));
        QVERIFY(tree::same(changes->at(0).after, sampleTree()));
    }

    void framesAreCutWhereverTheReadsFall()
    {
        std::string stream;
        appendFrames(stream, FrameType::TreeData, std::string(200'000, 'x'));
        stream += encodeFrame(FrameType::Pong, {});
        FrameReader reader;
        std::vector<Frame> frames;
        for (std::size_t at = 0; at < stream.size(); at += 777) {
            auto some = reader.feed(std::string_view(stream).substr(at, 777));
            QVERIFY(some.has_value());
            std::ranges::move(*some, std::back_inserter(frames));
        }
        QCOMPARE(frames.size(), 5U);
        QCOMPARE(frames.back().type, FrameType::Pong);
    }

    void refusesWhatAHostileGuestMaySend_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const std::string &bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("a name with a slash", directoryOf(1, file("a/b")));
        row("the parent directory", directoryOf(1, file("..")));
        row("the directory itself", directoryOf(1, file(".")));
        row("an empty name", directoryOf(1, file("")));
        row("a NUL in a name", directoryOf(1, file(std::string_view("a\0b", 3))));
        row("a name that is too long", directoryOf(1, file(std::string(256, 'n'))));
        row("a name twice", directoryOf(2, file("a") + file("a")));
        row("names that descend", directoryOf(2, file("b") + file("a")));
        row("more children announced than sent", directoryOf(3, file("a")));
        row("a count beyond the limit", directoryOf(0xffffffff, {}));
        Writer absolute;
        absolute.u8(0);
        absolute.text("/etc");
        absolute.u8(0);
        row("an absolute path", absolute.bytes());
        Writer up;
        up.u8(0);
        up.text("a/../../b");
        up.u8(0);
        row("a path that climbs", up.bytes());
        Writer mark;
        mark.u8(0);
        mark.text("a");
        mark.u8(0x42);
        mark.u64(1);
        mark.raw(std::string(32, 'd'));
        row("a mark that is the host's to give", mark.bytes());
        Writer kind;
        kind.u8(0);
        kind.text("a");
        kind.u8(9);
        row("an unknown kind", kind.bytes());
        std::string deep;
        for (int i = 0; i < 200; ++i) {
            Writer level;
            level.u8(1);
            level.u32(1);
            level.text("d");
            deep += level.bytes();
        }
        Writer nested;
        nested.u8(0);
        nested.text("x");
        row("nesting beyond the limit", nested.bytes() + deep + '\3');
    }
    void refusesWhatAHostileGuestMaySend()
    {
        QFETCH(QByteArray, bytes);

        QVERIFY(!decodeChanges(bytes.toStdString()).has_value());
    }

    void aTreeThatIsNotTheOneAnnouncedIsRefused()
    {
        GuestMirror mirror;
        QVERIFY(mirror.addData(encodeChanges(
            std::vector<tree::Change>{{.path = "a", .before = nullptr, .after = sampleTree()}},
            Before::Leave,
            Times::Leave)));

        QVERIFY(!mirror.finish(TreeEnd{.root = tree::digestOf("something else")}, {}).has_value());
    }

    void aTreeMayNotGrowWithoutEnd_data()
    {
        QTest::addColumn<bool>("directories");
        QTest::newRow("by files") << false;
        QTest::newRow("by empty directories") << true;
    }
    void aTreeMayNotGrowWithoutEnd()
    {
        QFETCH(bool, directories);
        GuestMirror mirror(1 << 20);
        tree::EntryPtr told = tree::makeDirectory();
        int taken = 0;
        for (; taken < 1000; ++taken) {
            // A little at a time, as a guest would that keeps below the bounds of one message.
            std::vector<tree::Child> children;
            for (int i = 0; i < 10; ++i)
                children.push_back({.name = std::to_string(i),
                    .entry = directories ? tree::makeDirectory()
                                         : tree::makeFile(tree::digestOf("x"), 1)});
            const std::vector<tree::Change> changes = {{.path = "d" + std::to_string(taken),
                .before = nullptr,
                .after = tree::makeDirectory(std::move(children))}};
            told = tree::withChanges(told, changes);
            QVERIFY(mirror.addData(encodeChanges(changes, Before::Leave, Times::Leave)));
            const auto finished = mirror.finish(TreeEnd{.root = told->id}, {});
            if (finished)
                continue;
            QCOMPARE(finished.error().kind, tree::Error::Kind::TooLarge);
            break;
        }

        QVERIFY(taken > 100 && taken < 1000);
        QVERIFY(!mirror.tree());
    }

    void whatIsLeftOutWithoutReasonFreezesInsteadOfDeleting()
    {
        const tree::EntryPtr guest =
            tree::makeDirectory({{.name = ".env", .entry = tree::makeUntracked()},
                {.name = "src", .entry = tree::makeUntracked()}});

        const tree::EntryPtr seen = masked(guest, Selection{});

        QCOMPARE(tree::childOf(seen, "src")->kind, tree::Kind::Problem);
        QCOMPARE(tree::childOf(seen, ".env")->kind, tree::Kind::Untracked);
    }

    void survivesAnyBytes()
    {
        QRandomGenerator random(7);
        const std::vector<std::string> seeds = {changesOf(sampleTree()),
            encode(Hello{.workspace = "/w", .selection = {.heavy = {"a"}}}),
            encode(HelloAck{.boot = "x"}),
            encode(std::vector<NeededFile>{{.path = "a"}}),
            encode(GitSetup{.head = "h", .remotes = {{.name = "n", .url = "u"}}}),
            directoryOf(2, file("a") + file("b")),
            encodeFrame(FrameType::Small, "abc")};
        for (int i = 0; i < 60'000; ++i) {
            std::string bytes = seeds[random.bounded(static_cast<quint32>(seeds.size()))];
            for (int change = random.bounded(4); change >= 0; --change) {
                const auto at = random.bounded(static_cast<quint32>(bytes.size() + 1));
                if (random.bounded(3) == 0)
                    bytes.resize(at);
                else if (random.bounded(2) == 0)
                    bytes.insert(at, 1, static_cast<char>(random.bounded(256)));
                else if (at < bytes.size())
                    bytes[at] = static_cast<char>(random.bounded(256));
            }
            decodeEverything(bytes);
        }
    }

private:
    static void decodeEverything(const std::string &bytes)
    {
        FrameReader reader;
        (void)reader.feed(bytes);
        (void)decodeHello(bytes);
        (void)decodeHelloAck(bytes);
        (void)decodeNeed(bytes);
        (void)decodeTreeEnd(bytes);
        (void)decodePlanEnd(bytes);
        (void)decodeBegin(bytes);
        (void)decodeSmall(bytes);
        (void)decodeGitSetup(bytes);
        (void)decodeApplied(bytes);
        const auto changes = decodeChanges(bytes);
        if (changes)
            QVERIFY(
                decodeChanges(encodeChanges(*changes, Before::Carry, Times::Carry)).has_value());
        const std::vector<tree::Change> plan = {
            {.path = "a", .before = nullptr, .after = tree::makeUntracked()}};
        (void)decodeOutcomes(bytes, plan);
    }
};

QTEST_GUILESS_MAIN(TestCodec)
#include "tst_codec.moc"
