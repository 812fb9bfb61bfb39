#include "core/sync/reconcile.h"
#include "core/sync/recovery.h"
#include "core/sync/standing.h"
#include "tree_notation.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace core::sync;
namespace tree = core::tree;

namespace {

/// "path:F1" or "path:D" as the store remembers it.
FormerValues formerFrom(const QString &list)
{
    FormerValues former;
    for (const QString &item : list.split(u' ', Qt::SkipEmptyParts)) {
        const QString value = item.section(u':', 1);
        former.emplace(item.section(u':', 0, 0).toStdString(),
            value == "D"_L1 ? tree::makeDirectory()->id : parse(value)->id);
    }
    return former;
}

QString after(const tree::EntryPtr &root, const std::vector<tree::Change> &changes)
{
    return text(tree::withChanges(root, changes));
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void judgesWhereTheGuestStands_data()
    {
        QTest::addColumn<HostEpoch>("host");
        QTest::addColumn<HelloAck>("guest");
        QTest::addColumn<Standing>("standing");
        const SessionId ours = {1};
        const SessionId other = {2};
        const HostEpoch host{.session = ours, .plan = 7, .anything = true};
        const HelloAck same{.session = ours, .plan = 7, .boot = "b", .planBoot = "b"};
        const auto row = [&](const char *name, auto changeHost, auto changeGuest, Standing wanted) {
            HostEpoch epoch = host;
            HelloAck ack = same;
            changeHost(epoch);
            changeGuest(ack);
            QTest::newRow(name) << epoch << ack << wanted;
        };
        const auto noHost = [](HostEpoch &) {};
        const auto noGuest = [](HelloAck &) {};
        row(
            "nothing was ever synced",
            [](HostEpoch &epoch) { epoch = {.session = {1}}; },
            noGuest,
            Standing::Fresh);
        row("as it was left", noHost, noGuest, Standing::Current);
        row(
            "the host was killed before it wrote the plan down",
            noHost,
            [](HelloAck &ack) { ack.plan = 8; },
            Standing::Current);
        row(
            "an older plan: a restored snapshot",
            noHost,
            [](HelloAck &ack) { ack.plan = 6; },
            Standing::Older);
        row(
            "an older plan in the same boot: forks of a template share its id",
            noHost,
            [](HelloAck &ack) {
                ack.plan = 0;
                ack.cleanStop = true;
            },
            Standing::Older);
        row(
            "an older plan after an unclean stop",
            [](HostEpoch &epoch) { epoch.uncleanStop = true; },
            [](HelloAck &ack) { ack.plan = 6; },
            Standing::Older);
        row(
            "a restored snapshot that no plan had followed",
            [](HostEpoch &epoch) { epoch.restored = true; },
            noGuest,
            Standing::Older);
        row(
            "the disk of another sandbox",
            noHost,
            [&](HelloAck &ack) { ack.session = other; },
            Standing::Foreign);
        row(
            "a disk that knows nothing",
            noHost,
            [](HelloAck &ack) { ack = {.boot = "b"}; },
            Standing::Foreign);
        row(
            "a number that cannot be",
            noHost,
            [](HelloAck &ack) { ack.plan = ~0ULL; },
            Standing::Foreign);
        row(
            "another boot, after an orderly stop",
            noHost,
            [](HelloAck &ack) {
                ack.boot = "c";
                ack.cleanStop = true;
            },
            Standing::Current);
        row(
            "another boot, after a power cut",
            noHost,
            [](HelloAck &ack) { ack.boot = "c"; },
            Standing::Unclean);
        row(
            "the warden knows of an unclean stop",
            [](HostEpoch &epoch) { epoch.uncleanStop = true; },
            noGuest,
            Standing::Unclean);
    }
    void judgesWhereTheGuestStands()
    {
        QFETCH(HostEpoch, host);
        QFETCH(HelloAck, guest);
        QFETCH(Standing, standing);

        QCOMPARE(standingOf(host, guest), standing);
        QCOMPARE(
            needsRecovery(standing), standing != Standing::Fresh && standing != Standing::Current);
    }

    /// What both sides have after a recovery; "!" in front of the guest's: it is another.
    void bringsTheGuestUpToTheHost_data()
    {
        QTest::addColumn<QString>("ancestor");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("guest");
        QTest::addColumn<QString>("former");
        QTest::addColumn<QString>("kept");
        QTest::addColumn<QString>("both");
        const auto row = [](const char *name,
                             const char *ancestor,
                             const char *host,
                             const char *guest,
                             const char *former,
                             const char *kept,
                             const char *both) {
            QTest::newRow(name) << QString::fromLatin1(ancestor) << QString::fromLatin1(host)
                                << QString::fromLatin1(guest) << QString::fromLatin1(former)
                                << QString::fromLatin1(kept) << QString::fromLatin1(both);
        };
        row("nothing changed", "D{a:F1}", "D{a:F1}", "D{a:F1}", "", "", "D{a:F1}");
        row("gone in the guest", "D{a:F1}", "D{a:F1}", "D{}", "", "", "D{a:F1}");
        row("a folder gone in the guest",
            "D{d:D{a:F1}}",
            "D{d:D{a:F1}}",
            "D{}",
            "",
            "",
            "D{d:D{a:F1}}");
        row("went back to an older value", "D{a:F2}", "D{a:F2}", "D{a:F1}", "a:F1", "", "D{a:F2}");
        row("went back, and the host went on",
            "D{a:F2}",
            "D{a:F3}",
            "D{a:F1}",
            "a:F1",
            "",
            "D{a:F3}");
        row("went back to before its deletion", "D{}", "D{}", "D{a:F1}", "a:F1", "", "D{}");
        row("went back to before a folder's deletion",
            "D{}",
            "D{}",
            "D{d:D{a:F1}}",
            "d:D d/a:F1",
            "",
            "D{}");
        row("went back to before an empty folder's deletion",
            "D{}",
            "D{}",
            "D{d:D{}}",
            "d:D",
            "",
            "D{}");
        row("went back to before its creation", "D{a:F1}", "D{a:F1}", "D{}", "", "", "D{a:F1}");
        row("new in the guest", "D{}", "D{}", "D{a:F1}", "", "", "D{a:F1}");
        row("a new folder in the guest",
            "D{}",
            "D{}",
            "D{d:D{a:F1,e:D{}}}",
            "",
            "",
            "D{d:D{a:F1,e:D{}}}");
        row("a new file beside old ones",
            "D{d:D{b:F2}}",
            "D{d:D{b:F2}}",
            "D{d:D{a:F1,b:F1}}",
            "d/b:F1",
            "",
            "D{d:D{a:F1,b:F2}}");
        row("never seen, kept", "D{a:F1}", "D{a:F1}", "D{a:F2}", "", "a", "D{a:F1}");
        row("never seen, kept, and the host went on",
            "D{a:F1}",
            "D{a:F3}",
            "D{a:F2}",
            "",
            "a",
            "D{a:F3}");
        row("never seen, not kept: a conflict",
            "D{a:F1}",
            "D{a:F1}",
            "D{a:F2}",
            "",
            "",
            "!D{a:F2}");
        row("deleted on the host, never seen here: comes back",
            "D{a:F1}",
            "D{}",
            "D{a:F2}",
            "",
            "",
            "D{a:F2}");
        row("made on both sides, kept", "D{}", "D{a:F1}", "D{a:F2}", "", "a", "D{a:F1}");
        row("both have the same meanwhile", "D{a:F1}", "D{a:F2}", "D{a:F2}", "", "", "D{a:F2}");
        row("a file where a folder was",
            "D{a:D{b:F1}}",
            "D{a:D{b:F1}}",
            "D{a:F2}",
            "a:F2",
            "",
            "D{a:D{b:F1}}");
        row("a folder where a file was",
            "D{a:F1}",
            "D{a:F1}",
            "D{a:D{b:F2}}",
            "a:D a/b:F2",
            "",
            "D{a:F1}");
        row("executable again", "D{a:F1x}", "D{a:F1x}", "D{a:F1}", "a:F1", "", "D{a:F1x}");
        row("what cannot be read stays", "D{a:F1}", "D{a:F1}", "D{a:P}", "", "", "!D{a:P}");
    }
    void bringsTheGuestUpToTheHost()
    {
        QFETCH(QString, ancestor);
        QFETCH(QString, host);
        QFETCH(QString, guest);
        QFETCH(QString, former);
        QFETCH(QString, kept);
        QFETCH(QString, both);
        std::set<std::string, std::less<>> paths;
        if (!kept.isEmpty())
            paths.insert(kept.toStdString());
        const RecoveryTrees trees{
            .ancestor = parse(ancestor), .host = parse(host), .guest = parse(guest)};

        const Recovery first = recover(trees, formerFrom(former));
        for (const std::string &path : paths)
            QVERIFY(std::ranges::contains(first.differing, path, &tree::Change::path));
        const Plan plan =
            reconcile(recover(trees, formerFrom(former), paths).ancestor, trees.host, trees.guest);

        const bool apart = both.startsWith(u'!');
        QCOMPARE(after(trees.guest, plan.guest), apart ? both.mid(1) : both);
        QCOMPARE(after(trees.host, plan.host), apart ? host : both);
    }

    void theHostsOwnDeletionsAloneReachIt()
    {
        // Whatever the guest went back to, no file that the host has is deleted or replaced there.
        const QStringList values = {u"-"_s, u"F1"_s, u"F2"_s, u"F3"_s, u"D{}"_s, u"D{x:F1}"_s};
        for (const QString &ancestor : values) {
            for (const QString &host : values) {
                for (const QString &guest : values) {
                    for (const QString &former : {u""_s, u"a:F1"_s, u"a:F1 a:F2 a:D a/x:F1"_s}) {
                        const auto within = [](const QString &value) {
                            return parse(value == "-"_L1 ? u"D{}"_s : u"D{a:%1}"_s.arg(value));
                        };
                        const RecoveryTrees trees{.ancestor = within(ancestor),
                            .host = within(host),
                            .guest = within(guest)};
                        const Plan plan = reconcile(
                            recover(trees, formerFrom(former)).ancestor, trees.host, trees.guest);
                        for (const tree::Change &change : plan.host)
                            QVERIFY2(tree::countFiles(change.before) == 0,
                                qPrintable(ancestor + u' ' + host + u' ' + guest));
                    }
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
