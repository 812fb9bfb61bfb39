#include "core/sync/review.h"
#include "tree_notation.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using core::sync::review;
using core::sync::Review;
using core::sync::ReviewItem;
using core::tree::EntryPtr;
namespace tree = core::tree;

namespace {

QString words(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

/// "path:deed", with "!deed" of the host behind a conflict.
QStringList shown(const std::vector<ReviewItem> &items)
{
    QStringList list;
    for (const ReviewItem &item : items) {
        const auto mark = item.conflict ? u"!"_s + words(nameOf(item.host)) : QString();
        list << words(item.path) + u':' + words(nameOf(item.fork)) + mark;
    }
    return list;
}

EntryPtr applied(const EntryPtr &host, const Review &found)
{
    return tree::withChanges(host, found.changes);
}

EntryPtr randomTree(QRandomGenerator &random, int depth)
{
    const std::array leaves{u"F1"_s, u"F2"_s, u"F3"_s, u"F1x"_s, u"L>"_s, u"U"_s, u"P"_s};
    std::vector<tree::Child> children;
    for (const char *name : {"a", "b", "c"}) {
        const quint32 kind = random.bounded(10);
        if (kind < 3)
            continue;
        const bool below = kind > 6 && depth > 0;
        const auto leaf = leaves[random.bounded(quint32(kind == 3 ? leaves.size() : 3))];
        children.push_back({name, below ? randomTree(random, depth - 1) : parse(leaf)});
    }
    return tree::makeDirectory(std::move(children));
}

} // namespace

class TestReview : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void decidesByThreeTrees_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("fork");
        QTest::addColumn<QStringList>("chosen");
        QTest::addColumn<QStringList>("items");
        QTest::addColumn<QString>("after");

        const auto row = [](const char *name) -> QTestData & { return QTest::newRow(name); };
        const QStringList all;
        row("nothing was done") << u"D{a:F1}"_s << u"D{a:F2}"_s << u"D{a:F1}"_s << all
                                << QStringList() << u"D{a:F2}"_s;
        row("the fork's edit goes over") << u"D{a:F1}"_s << u"D{a:F1}"_s << u"D{a:F2}"_s << all
                                         << QStringList{u"a:modified"_s} << u"D{a:F2}"_s;
        row("both made the same edit")
            << u"D{a:F1}"_s << u"D{a:F2}"_s << u"D{a:F2}"_s << all << QStringList() << u"D{a:F2}"_s;
        row("both edited") << u"D{a:F1}"_s << u"D{a:F3}"_s << u"D{a:F2}"_s << all
                           << QStringList{u"a:modified!modified"_s} << u"D{a:F3}"_s;
        row("the host deleted what the fork edited")
            << u"D{a:F1}"_s << u"D{}"_s << u"D{a:F2}"_s << all
            << QStringList{u"a:modified!deleted"_s} << u"D{}"_s;
        row("the fork deleted what the host edited")
            << u"D{a:F1}"_s << u"D{a:F2}"_s << u"D{}"_s << all
            << QStringList{u"a:deleted!modified"_s} << u"D{a:F2}"_s;
        row("a new folder") << u"D{}"_s << u"D{}"_s << u"D{d:D{a:F1,b:F2}}"_s << all
                            << QStringList{u"d/a:created"_s, u"d/b:created"_s}
                            << u"D{d:D{a:F1,b:F2}}"_s;
        row("part of a new folder")
            << u"D{}"_s << u"D{}"_s << u"D{d:D{a:F1,b:F2}}"_s << QStringList{u"d/b"_s}
            << QStringList{u"d/b:created"_s} << u"D{d:D{b:F2}}"_s;
        row("a deleted folder goes as a whole")
            << u"D{d:D{a:F1,b:F1}}"_s << u"D{d:D{a:F1,b:F1}}"_s << u"D{}"_s << all
            << QStringList{u"d/a:deleted"_s, u"d/b:deleted"_s} << u"D{}"_s;
        row("of a deleted folder the host's edit stays")
            << u"D{d:D{a:F1,b:F1}}"_s << u"D{d:D{a:F2,b:F1}}"_s << u"D{}"_s << all
            << QStringList{u"d/a:deleted!modified"_s, u"d/b:deleted"_s} << u"D{d:D{a:F2}}"_s;
        row("of a deleted folder what is left out stays")
            << u"D{d:D{a:F1}}"_s << u"D{d:D{a:F1,n:U}}"_s << u"D{}"_s << all
            << QStringList{u"d/a:deleted"_s} << u"D{d:D{n:U}}"_s;
        row("an edit below a folder that the host deleted")
            << u"D{d:D{a:F1,b:F1}}"_s << u"D{}"_s << u"D{d:D{a:F2,b:F1}}"_s << all
            << QStringList{u"d/a:modified!deleted"_s} << u"D{}"_s;
        row("a file became a folder")
            << u"D{a:F1}"_s << u"D{a:F1}"_s << u"D{a:D{x:F2}}"_s << all
            << QStringList{u"a:replaced"_s, u"a/x:created"_s} << u"D{a:D{x:F2}}"_s;
        row("the host made it a folder, the fork deleted it")
            << u"D{a:F1}"_s << u"D{a:D{x:F2}}"_s << u"D{}"_s << all
            << QStringList{u"a:deleted!replaced"_s} << u"D{a:D{x:F2}}"_s;
        row("what the fork cannot give counts as not done")
            << u"D{a:F1,b:F1}"_s << u"D{a:F1,b:F1}"_s << u"D{a:P,b:U}"_s << all << QStringList()
            << u"D{a:F1,b:F1}"_s;
        row("what the host leaves out is in the way")
            << u"D{}"_s << u"D{a:U}"_s << u"D{a:F1}"_s << all << QStringList{u"a:created!created"_s}
            << u"D{a:U}"_s;
        row("only what is chosen")
            << u"D{a:F1,b:F1,c:F1}"_s << u"D{a:F1,b:F3,c:F1}"_s << u"D{a:F2,b:F2,c:F2}"_s
            << QStringList{u"a"_s} << QStringList{u"a:modified"_s} << u"D{a:F2,b:F3,c:F1}"_s;
        row("a name is no beginning of another")
            << u"D{a:F1,ab:F1}"_s << u"D{a:F1,ab:F1}"_s << u"D{a:F2,ab:F2}"_s << QStringList{u"a"_s}
            << QStringList{u"a:modified"_s} << u"D{a:F2,ab:F1}"_s;
    }
    void decidesByThreeTrees()
    {
        QFETCH(QString, base);
        QFETCH(QString, host);
        QFETCH(QString, fork);
        QFETCH(QStringList, chosen);
        std::vector<std::string> paths;
        for (const QString &path : chosen)
            paths.push_back(path.toStdString());
        const EntryPtr before = parse(base);
        const EntryPtr mine = parse(host);
        const EntryPtr theirs = parse(fork);

        const Review found = review({before, mine, theirs}, paths);

        QTEST(shown(found.items), "items");
        QTEST(::text(applied(mine, found)), "after");
    }

    void tellsWhatOnlyTheHostDidAndWhatIsUnknown()
    {
        const EntryPtr base = parse(u"D{a:F1,b:F1,c:F1}"_s);
        const EntryPtr host = parse(u"D{a:F2,b:F1,n:F1}"_s);
        const EntryPtr fork = parse(u"D{a:F3,b:F2,c:F1}"_s);

        const Review found = review({base, host, fork}, {});
        QStringList alone;
        for (const ReviewItem &item : found.hostItems)
            alone << words(item.path) + u':' + words(nameOf(item.host));
        QCOMPARE(alone, (QStringList{u"c:deleted"_s, u"n:created"_s}));
        QCOMPARE(review({base, host, fork}, {"c", "b"}).unknown, std::vector<std::string>{"c"});
    }

    /// Whatever the trees: what the host did since stays, and without a conflict the fork's state
    /// is reached wherever it did something.
    void neverTouchesWhatTheHostDid()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 3000; ++round) {
            const EntryPtr base = tree::synchronizable(randomTree(random, 2));
            const EntryPtr host = random.bounded(4) == 0 ? base : randomTree(random, 2);
            const EntryPtr fork = randomTree(random, 2);

            const Review found = review({base, host, fork}, {});

            const EntryPtr after = applied(host, found);
            for (const core::tree::Change &change : found.changes) {
                QVERIFY(tree::same(change.before, tree::entryAt(host, change.path)));
                QVERIFY(tree::same(change.before, tree::entryAt(base, change.path)));
            }
            for (const ReviewItem &item : found.items) {
                const EntryPtr now = tree::entryAt(after, item.path);
                const EntryPtr was = tree::entryAt(host, item.path);
                QVERIFY2(item.conflict ? tree::same(now, was) : tree::same(now, item.now),
                    qPrintable(::text(base) + u' ' + ::text(host) + u' ' + ::text(fork) + u' ' +
                               words(item.path)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestReview)
#include "tst_review.moc"
