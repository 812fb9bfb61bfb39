#include "core/sync/reconcile.h"
#include "tree_notation.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <array>
#include <map>

using namespace Qt::StringLiterals;
using core::sync::Plan;
using core::sync::reconcile;
using core::tree::Change;
using core::tree::EntryPtr;
namespace tree = core::tree;

namespace {

QString text(const QString &side, const std::vector<Change> &changes, bool from)
{
    QStringList parts;
    for (const Change &change : changes) {
        const QString path = QString::fromStdString(change.path);
        const QString before = from ? ::text(change.before) + u'>' : QString();
        parts << side + (path.isEmpty() ? u""_s : u'@' + path) + u'=' + before +
                     ::text(change.after);
    }
    return parts.join(u' ');
}

/// A plan in one line: "A=…" ancestor, "H=old>new" host, "G=old>new" guest, "C(host|guest)".
QString text(const Plan &plan)
{
    QStringList parts;
    for (const QString &part : {text(u"A"_s, plan.ancestor, false),
             text(u"H"_s, plan.host, true),
             text(u"G"_s, plan.guest, true)}) {
        if (!part.isEmpty())
            parts << part;
    }
    for (const core::sync::Conflict &conflict : plan.conflicts) {
        const QString path = QString::fromStdString(conflict.path);
        parts << u"C%1(%2|%3)"_s.arg(path.isEmpty() ? u""_s : u'@' + path,
            text(u""_s, conflict.host, true),
            text(u""_s, conflict.guest, true));
    }
    return parts.join(u' ');
}

/// Both sides and the ancestor after a plan went through.
struct Trees
{
    EntryPtr ancestor;
    EntryPtr host;
    EntryPtr guest;
};

Trees applied(const Trees &trees, const Plan &plan)
{
    Trees after = trees;
    after.host = tree::withChanges(trees.host, plan.host);
    after.guest = tree::withChanges(trees.guest, plan.guest);
    std::vector<Change> known = plan.ancestor;
    known.insert(known.end(), plan.host.begin(), plan.host.end());
    known.insert(known.end(), plan.guest.begin(), plan.guest.end());
    after.ancestor = tree::withChanges(trees.ancestor, known);
    return after;
}

Plan swapped(Plan plan)
{
    std::swap(plan.host, plan.guest);
    for (core::sync::Conflict &conflict : plan.conflicts)
        std::swap(conflict.host, conflict.guest);
    return plan;
}

using Leaves = std::map<std::string, EntryPtr>;

void collectLeaves(Leaves &leaves, const std::string &path, const EntryPtr &entry)
{
    if (!entry)
        return;
    if (!tree::isDirectory(entry)) {
        leaves[path] = entry;
        return;
    }
    for (const tree::Child &child : entry->children)
        collectLeaves(leaves, tree::joinPath(path, child.name), child.entry);
}

/// Every leaf of `before` that the ancestor does not have is still there, or on the other side.
bool losesNothing(
    const EntryPtr &ancestor, const EntryPtr &before, const EntryPtr &after, const EntryPtr &other)
{
    Leaves leaves;
    collectLeaves(leaves, {}, before);
    return std::ranges::all_of(leaves, [&](const auto &leaf) {
        const EntryPtr known = tree::entryAt(ancestor, leaf.first);
        if (tree::same(known, leaf.second))
            return true;
        return tree::same(tree::entryAt(after, leaf.first), leaf.second) ||
               tree::same(tree::entryAt(other, leaf.first), leaf.second);
    });
}

bool holdsOnlyTracked(const EntryPtr &entry)
{
    return !tree::holdsUnsynchronizable(entry);
}

std::vector<EntryPtr> smallTrees()
{
    std::vector<EntryPtr> leaves = {nullptr};
    for (const char *leaf : {"F1", "F2", "F1x", "L>", "U", "P"})
        leaves.push_back(parse(QString::fromLatin1(leaf)));
    std::vector<EntryPtr> trees = leaves;
    for (const EntryPtr &a : leaves) {
        for (const EntryPtr &b : {leaves[0], leaves[1], leaves[5]}) {
            std::vector<tree::Child> children;
            if (a)
                children.push_back({.name = "a", .entry = a});
            if (b)
                children.push_back({.name = "b", .entry = b});
            trees.push_back(tree::makeDirectory(std::move(children)));
        }
    }
    trees.push_back(parse(u"D{d:D{a:F1}}"_s));
    trees.push_back(parse(u"D{d:D{a:F1,b:F2}}"_s));
    trees.push_back(parse(u"D{d:D{}}"_s));
    trees.push_back(parse(u"D{d:F2}"_s));
    return trees;
}

EntryPtr randomTree(QRandomGenerator &random, int depth)
{
    const int kind = random.bounded(depth > 0 ? 12 : 8);
    if (kind < 8)
        return parse(std::array{u"F1"_s,
            u"F2"_s,
            u"F3"_s,
            u"F1x"_s,
            u"L>"_s,
            u"L/"_s,
            u"U"_s,
            u"F2"_s}[static_cast<std::size_t>(kind)]);
    std::vector<tree::Child> children;
    for (const char *name : {"a", "b", "c"}) {
        if (random.bounded(3) > 0)
            children.push_back({.name = name, .entry = randomTree(random, depth - 1)});
    }
    return tree::makeDirectory(std::move(children));
}

EntryPtr perturbed(QRandomGenerator &random, const EntryPtr &entry, int depth)
{
    if (random.bounded(5) == 0)
        return random.bounded(3) == 0 ? nullptr : randomTree(random, depth);
    if (!tree::isDirectory(entry))
        return entry;
    std::vector<tree::Child> children;
    for (const tree::Child &child : entry->children) {
        if (EntryPtr changed = perturbed(random, child.entry, depth - 1))
            children.push_back({.name = child.name, .entry = changed});
    }
    return tree::makeDirectory(std::move(children));
}

} // namespace

class TestReconcile : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void plansWhatTheTableSays_data();
    void plansWhatTheTableSays()
    {
        QFETCH(QString, ancestor);
        QFETCH(QString, host);
        QFETCH(QString, guest);
        QFETCH(QString, expected);

        QCOMPARE(text(reconcile(parse(ancestor), parse(host), parse(guest))), expected);
    }

    void keepsItsPromisesForAllSmallTrees()
    {
        const std::vector<EntryPtr> all = smallTrees();
        int cases = 0;
        for (const EntryPtr &ancestor : all) {
            if (!holdsOnlyTracked(ancestor))
                continue;
            for (const EntryPtr &host : all) {
                for (const EntryPtr &guest : all) {
                    check({ancestor, host, guest});
                    if (QTest::currentTestFailed())
                        return;
                    ++cases;
                }
            }
        }
        QVERIFY(cases > 10'000);
    }

    void keepsItsPromisesForRelatedRandomTrees()
    {
        QRandomGenerator random(20261123);
        for (int i = 0; i < 20'000; ++i) {
            const EntryPtr origin = randomTree(random, 3);
            const EntryPtr ancestor = tree::synchronizable(origin);
            check({ancestor, perturbed(random, origin, 3), perturbed(random, origin, 3)});
            if (QTest::currentTestFailed())
                return;
        }
    }

private:
    static void check(const Trees &trees)
    {
        const Plan plan = reconcile(trees.ancestor, trees.host, trees.guest);
        const Trees after = applied(trees, plan);
        const QString about = u"%1 | %2 | %3 → %4"_s.arg(
            text(trees.ancestor), text(trees.host), text(trees.guest), text(plan));

        const Plan mirror = swapped(reconcile(trees.ancestor, trees.guest, trees.host));
        QVERIFY2(
            mirror == plan, qPrintable(u"not symmetric: "_s + about + u" / "_s + text(mirror)));
        QVERIFY2(losesNothing(trees.ancestor, trees.host, after.host, after.guest),
            qPrintable(u"lost on the host: "_s + about));
        QVERIFY2(losesNothing(trees.ancestor, trees.guest, after.guest, after.host),
            qPrintable(u"lost in the guest: "_s + about));
        QVERIFY2(holdsOnlyTracked(after.ancestor),
            qPrintable(u"ancestor holds what never travels: "_s + about));

        const Plan again = reconcile(after.ancestor, after.host, after.guest);
        const Trees settled = applied(after, again);
        const Plan third = reconcile(settled.ancestor, settled.host, settled.guest);
        QVERIFY2(third.host.empty() && third.guest.empty() && third.ancestor.empty(),
            qPrintable(u"does not settle: "_s + about + u" then "_s + text(again) + u" then "_s +
                       text(third)));
        if (plan.conflicts.empty() && holdsOnlyTracked(trees.host) &&
            holdsOnlyTracked(trees.guest)) {
            QVERIFY2(tree::same(after.host, after.guest) && tree::same(after.host, after.ancestor),
                qPrintable(u"not agreed: "_s + about));
        }
    }
};

void TestReconcile::plansWhatTheTableSays_data()
{
    QTest::addColumn<QString>("ancestor");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("guest");
    QTest::addColumn<QString>("expected");
    int number = 0;
    const auto row =
        [&number](const char *ancestor, const char *host, const char *guest, const char *expected) {
            QTest::addRow("row %d: %s, %s, %s", ++number, ancestor, host, guest)
                << QString::fromLatin1(ancestor) << QString::fromLatin1(host)
                << QString::fromLatin1(guest) << QString::fromLatin1(expected);
        };

    // 1–6: nothing changed
    for (const char *tree : {"-", "F1", "L>", "L/", "D{}", "D{file:F1}"})
        row(tree, tree, tree, "");
    // 7–14: both created the same
    row("-", "F1", "F1", "A=F1");
    row("-", "L>", "L>", "A=L>");
    row("-", "L/", "L/", "A=L/");
    row("-", "D{}", "D{}", "A=D{}");
    row("-", "D{file:F1}", "D{file:F1}", "A=D{} A@file=F1");
    row("D{}", "D{file:F1}", "D{file:F1}", "A@file=F1");
    row("D{file:F1}", "D{file:F1,link:L>}", "D{file:F1,link:L>}", "A@link=L>");
    row("D{}", "D{link:L/}", "D{link:L/}", "A@link=L/");
    // 15–20: both deleted the same
    row("F1", "-", "-", "A=-");
    row("D{file:F1}", "D{}", "D{}", "A@file=-");
    row("D{file:F1,link:L>}", "D{file:F1}", "D{file:F1}", "A@link=-");
    row("D{link:L/}", "D{}", "D{}", "A@link=-");
    row("D{}", "-", "-", "A=-");
    row("D{file:F1}", "-", "-", "A=-");
    // 21–26: untracked
    row("-", "-", "U", "");
    row("-", "U", "-", "");
    row("-", "U", "U", "");
    row("F1", "-", "U", "A=-");
    row("F1", "U", "-", "A=-");
    row("D{file:F1}", "U", "U", "A=-");
    // 27–37: problems freeze
    row("-", "P", "-", "");
    row("F1", "P", "-", "");
    row("D{}", "P", "-", "");
    row("F1", "P", "F1", "");
    row("-", "-", "P", "");
    row("F1", "-", "P", "");
    row("F1", "F1", "P", "");
    row("D{}", "-", "P", "");
    row("-", "P", "P", "");
    row("F1", "P", "P", "");
    row("D{file:F1}", "P", "P", "");
    // 38–45: the host changed
    row("-", "F1", "-", "G=->F1");
    row("-", "D{}", "-", "G=->D{}");
    row("-", "D{file:F1}", "-", "G=->D{file:F1}");
    row("D{}", "D{file:F1}", "D{}", "G@file=->F1");
    row("F1", "F2", "F1", "G=F1>F2");
    row("F1", "D{file:F1}", "F1", "G=F1>D{file:F1}");
    row("F1", "-", "F1", "G=F1>-");
    row("D{file:F1}", "-", "D{file:F1}", "G=D{file:F1}>-");
    // 46–53: the guest changed
    row("-", "-", "F1", "H=->F1");
    row("-", "-", "D{}", "H=->D{}");
    row("-", "-", "D{file:F1}", "H=->D{file:F1}");
    row("D{}", "D{}", "D{file:F1}", "H@file=->F1");
    row("F1", "F1", "F2", "H=F1>F2");
    row("F1", "F1", "D{file:F1}", "H=F1>D{file:F1}");
    row("F1", "F1", "-", "H=F1>-");
    row("D{file:F1}", "D{file:F1}", "-", "H=D{file:F1}>-");
    // 54–62: both changed
    row("-", "F1", "F2", "C(=->F1|=->F2)");
    row("-", "F1", "D{file:F1}", "C(=->F1|=->D{file:F1})");
    row("-", "D{file:F1}", "D{}", "A=D{} G@file=->F1");
    row("-", "D{}", "D{file:F1}", "A=D{} H@file=->F1");
    row("-", "D{file:F1}", "D{file:F2}", "A=D{} C@file(@file=->F1|@file=->F2)");
    row("F1", "F2", "-", "G=->F2");
    row("F1", "-", "F2", "H=->F2");
    row("D{file:F1}", "-", "D{}", "G=D{}>-");
    row("D{file:F1}", "D{}", "-", "H=D{}>-");
    // 63–83: what does not travel in the way
    row("-", "U", "F1", "C(=->U|=->F1)");
    row("D{}", "D{problematic:P}", "D{}", "");
    row("D{}", "D{untracked:U}", "D{}", "");
    row("-", "D{problematic:P}", "-", "G=->D{}");
    row("-", "D{untracked:U}", "-", "G=->D{}");
    row("-", "F1", "U", "C(=->F1|=->U)");
    row("-", "F1", "D{untracked:U}", "C(=->F1|=->D{})");
    row("D{}", "D{}", "D{problematic:P}", "");
    row("D{}", "D{}", "D{untracked:U}", "");
    row("-", "-", "D{problematic:P}", "H=->D{}");
    row("-", "-", "D{untracked:U}", "H=->D{}");
    row("F1", "F1", "U", "H=F1>-");
    row("F1", "F1", "D{untracked:U}", "H=F1>D{}");
    row("D{file:F1}", "-", "D{untracked:U}", "C(=D{file:F1}>-|@untracked=->U)");
    row("D{file:F1}", "D{untracked:U}", "-", "C(@untracked=->U|=D{file:F1}>-)");
    row("D{file:F1}", "U", "D{}", "G=D{}>-");
    row("D{file:F1}", "D{}", "U", "H=D{}>-");
    row("D{file:F1}", "D{untracked:U}", "F2", "C(@untracked=->U|=D{file:F1}>F2)");
    row("D{file:F1}", "F2", "D{untracked:U}", "C(=D{file:F1}>F2|@untracked=->U)");
    row("D{file:F1}", "D{problematic:P}", "F2", "C(@problematic=->P|=D{file:F1}>F2)");
    row("D{file:F1}", "F2", "D{problematic:P}", "C(=D{file:F1}>F2|@problematic=->P)");
    QCOMPARE(number, 83);

    // Beyond the table
    row("F1", "F1x", "F1", "G=F1>F1x");
    row("F1", "F1x", "F1x", "A=F1x");
    row("F1", "F1x", "F2", "C(=F1>F1x|=F1>F2)");
    row("F1", "L>", "F1", "G=F1>L>");
    row("L>", "L/", "F1", "C(=L>>L/|=L>>F1)");
    row("L>", "L/", "L>", "G=L>>L/");
    row("D{d:D{a:F1}}", "D{}", "D{d:D{a:F1,b:F2}}", "H@d=->D{a:F1,b:F2}");
    row("D{d:D{a:F1},x:F1}",
        "D{d:D{a:F2},x:F2}",
        "D{d:D{a:F3},x:F3}",
        "C@d/a(@d/a=F1>F2|@d/a=F1>F3) C@x(@x=F1>F2|@x=F1>F3)");
    row("D{a:F1,b:F2}", "D{b:F2,c:F1}", "D{a:F1,b:F3}", "H@b=F2>F3 G@a=F1>- G@c=->F1");
}

QTEST_GUILESS_MAIN(TestReconcile)
#include "tst_reconcile.moc"
