#include "core/client/sandboxes.h"
#include "core/client/warden_client.h"
#include "tests/client/fake_home.h"
#include "tests/eventually.h"
#include "tests/settled.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using core::Error;
using core::SandboxState;

class TestSandboxes : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeHome> m_home;

    core::SandboxId made(core::Sandboxes &sandboxes, const QString &name)
    {
        const auto id = sandboxes.create({.settings = m_home->settings(name), .initialPolicy = {}});
        if (!id)
            qFatal("create: %s", qPrintable(id.error().detail));
        return *id;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<FakeHome>();
    }
    void cleanup() { m_home.reset(); }

    void createsASandboxThatIsStopped()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = sandboxes.create({.settings = m_home->settings(u"web-shop"_s),
            .initialPolicy = u"paddock-policy 1\n"_s});

        QVERIFY(id);
        const auto status = sandboxes.find(u"web-shop"_s);
        QVERIFY(status);
        QCOMPARE(status->settings.id, *id);
        QCOMPARE(toString(status->state), u"stopped"_s);
        QVERIFY(QFile::exists(FakeHome::paths().sandbox(id->value) + u"/sandbox.policy"_s));
    }

    void proposesANameAndRefusesATakenOne()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        auto settings = m_home->settings(u"shop"_s);
        settings.name.clear();
        const auto first = sandboxes.create({.settings = settings, .initialPolicy = {}});
        const auto second = sandboxes.create({.settings = settings, .initialPolicy = {}});
        settings.name = u"shop"_s;
        const auto third = sandboxes.create({.settings = settings, .initialPolicy = {}});

        QCOMPARE(sandboxes.find(first->value)->settings.name, u"shop"_s);
        QCOMPARE(sandboxes.find(second->value)->settings.name, u"shop-2"_s);
        QCOMPARE(third.error().kind, Error::Kind::NameTaken);
    }

    void givesTwoCallersTheSameSandbox()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        core::Sandboxes other(FakeHome::paths());
        auto settings = m_home->settings(u"shop"_s);
        settings.name.clear();
        const auto first = sandboxes.findOrCreate({.settings = settings, .initialPolicy = {}});
        const auto second = other.findOrCreate({.settings = settings, .initialPolicy = {}});

        QVERIFY(first && second);
        QVERIFY(!first->existed);
        QVERIFY(second->existed);
        QCOMPARE(second->id, first->id);
    }

    void takesNoForkForTheSandboxOfAFolder()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        auto fork = m_home->settings(u"shop-fork-1"_s);
        fork.origin = core::SandboxOrigin{
            .id = core::SandboxId::random(), .name = u"shop"_s, .forkedMs = 1'700'000'000'000};
        auto work = fork;
        work.origin.reset();
        work.name.clear();
        const auto id = sandboxes.create({.settings = fork, .initialPolicy = {}});
        QVERIFY(id);

        const auto found = sandboxes.findOrCreate({.settings = work, .initialPolicy = {}});
        work.name = fork.name;
        const auto named = sandboxes.findOrCreate({.settings = work, .initialPolicy = {}});

        QVERIFY(found && named);
        QVERIFY(!found->existed);
        QCOMPARE(named->id, *id);
    }

    void startsAndStopsAWarden()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        const auto started = settled(sandboxes.start(id, {{u"anthropic"_s, "sk-secret"}}));
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QVERIFY(core::isHeld(FakeHome::paths(), id));
        QCOMPARE(FakeHome::seen(id)["secrets"_L1]["anthropic"_L1].toString(), u"sk-secret"_s);

        const auto list = settled(sandboxes.refresh());
        QCOMPARE(list.size(), 1);
        QVERIFY(list[0].state == SandboxState::Booting || list[0].state == SandboxState::Running);

        QVERIFY(settled(sandboxes.stop(id, false)));
        QVERIFY(!core::isHeld(FakeHome::paths(), id));
        QCOMPARE(toString(sandboxes.find(u"a"_s)->state), u"stopped"_s);
    }

    void twoStartsAtOnceMakeOneWarden()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        core::Sandboxes other(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        auto first = sandboxes.start(id, {});
        auto second = other.start(id, {});

        QVERIFY(settled(first));
        QVERIFY(settled(second));
        QVERIFY(core::isHeld(FakeHome::paths(), id));
    }

    void passesOnTheReasonOfAWardenThatRefuses()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        FakeHome::script(id,
            {{u"refuse"_s,
                QJsonObject{{u"kind"_s, u"imageMissing"_s}, {u"detail"_s, u"no image"_s}}}});
        const auto started = settled(sandboxes.start(id, {}));

        QVERIFY(!started);
        QCOMPARE(started.error(), (Error{Error::Kind::ImageMissing, u"no image"_s}));
    }

    void saysSoWhenTheWardenIsMissing()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        qputenv("PADDOCK_LIBEXEC", "/nowhere");
        const auto started = settled(sandboxes.start(id, {}));

        QVERIFY(!started);
        QCOMPARE(started.error().kind, Error::Kind::BadConfiguration);
    }

    void showsAFailedLaunchAfterItsWardenHasGone()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        sandboxes.watch();
        const auto id = made(sandboxes, u"a"_s);
        FakeHome::script(id,
            {{u"failLaunch"_s,
                QJsonObject{{u"kind"_s, u"guestSilent"_s},
                    {u"detail"_s, u"no greeting"_s},
                    {u"consoleTail"_s, u"panic"_s}}}});
        QVERIFY(settled(sandboxes.start(id, {})));

        QTRY_COMPARE(toString(sandboxes.find(u"a"_s)->state), u"failed"_s);
        QTRY_VERIFY(!core::isHeld(FakeHome::paths(), id));
        QTRY_COMPARE(sandboxes.find(u"a"_s)->raw["consoleTail"_L1].toString(), u"panic"_s);
        QCOMPARE(sandboxes.find(u"a"_s)->reasonKind, u"guestSilent"_s);

        FakeHome::script(id, {});
        QVERIFY(settled(sandboxes.start(id, {})));
        QTRY_COMPARE(toString(sandboxes.find(u"a"_s)->state), u"running"_s);
    }

    void tellsOfWhatOthersDo()
    {
        core::Sandboxes watching(FakeHome::paths());
        watching.watch();
        QSignalSpy added(&watching, &core::Sandboxes::added);
        QSignalSpy removed(&watching, &core::Sandboxes::removed);
        core::Sandboxes other(FakeHome::paths());
        const auto id = made(other, u"a"_s);
        QTRY_COMPARE(added.size(), 1);

        QVERIFY(settled(other.start(id, {})));
        QTRY_COMPARE(toString(watching.find(u"a"_s)->state), u"running"_s);

        FakeHome::endWarden(id);
        QTRY_COMPARE(toString(watching.find(u"a"_s)->state), u"stopped"_s);

        QVERIFY(settled(other.remove(id)));
        QTRY_COMPARE(removed.size(), 1);
        QVERIFY(watching.all().isEmpty());
    }

    void removesOnlyWhatIsStoppedAndNeverTheWorkspace()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        const QString workspace = m_home->workspace(u"a"_s);
        QVERIFY(settled(sandboxes.start(id, {})));
        QCOMPARE(settled(sandboxes.remove(id)).error().kind, Error::Kind::StateConflict);

        QVERIFY(settled(sandboxes.stop(id, false)));
        QVERIFY(settled(sandboxes.remove(id)));
        QVERIFY(!QDir(FakeHome::paths().sandbox(id.value)).exists());
        QVERIFY(!QDir(FakeHome::paths().runtimeOf(id.value)).exists());
        QVERIFY(QDir(workspace).exists());
    }

    void killsAHungWardenOnlyWithForce()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        FakeHome::script(id, {{u"hang"_s, true}});
        QVERIFY(settled(sandboxes.start(id, {})));
        const auto list = settled(sandboxes.refresh());
        QCOMPARE(toString(list[0].state), u"notAnswering"_s);

        QVERIFY(settled(sandboxes.stop(id, true)));
        QVERIFY(!core::isHeld(FakeHome::paths(), id));
    }

    void stopsInAnyCaseWhatHangsToo()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        FakeHome::script(id, {{u"hang"_s, true}});
        QVERIFY(settled(sandboxes.start(id, {})));

        QVERIFY(settled(sandboxes.stopInAnyCase(id)));

        QVERIFY(!core::isHeld(FakeHome::paths(), id));
        QVERIFY(settled(sandboxes.stopInAnyCase(id))); // no trouble when it is off
    }

    void tellsAWardenOfAnotherVersion()
    {
        core::SandboxStatus status;
        status.state = core::SandboxState::Running;
        status.raw = {{u"version"_s, u"0.0.1"_s}};
        QVERIFY(core::isOfOtherVersion(status));
        status.raw = {{u"version"_s, QStringLiteral(PADDOCK_VERSION)}};
        QVERIFY(!core::isOfOtherVersion(status));
        status.raw = {{u"version"_s, u"0.0.1"_s}};
        status.state = core::SandboxState::Failed;
        QVERIFY(!core::isOfOtherVersion(status)); // the next start is of this one
    }

    void showsADamagedSandboxInsteadOfHidingIt()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        const auto id = made(sandboxes, u"a"_s);
        QVERIFY(core::writeFile(FakeHome::paths().sandbox(id.value) + u"/sandbox.json"_s, "{"));
        const auto list = settled(sandboxes.refresh());

        QCOMPARE(list.size(), 1);
        QCOMPARE(toString(list[0].state), u"failed"_s);
        QVERIFY(list[0].reason.contains(FakeHome::paths().sandbox(id.value) + u"/sandbox.json"_s));
        QVERIFY(list[0].reason.contains(u"paddock rm --force "_s + id.value));
    }

    void listsFiftyInTimeThoughFiveHang()
    {
        core::Sandboxes sandboxes(FakeHome::paths());
        for (int i = 0; i < 50; ++i) {
            const auto id = made(sandboxes, u"s%1"_s.arg(i, 2, 10, QLatin1Char('0')));
            if (i % 10 == 0) {
                FakeHome::script(id, {{u"hang"_s, true}});
                QVERIFY(settled(sandboxes.start(id, {})));
            }
        }
        core::Sandboxes fresh(FakeHome::paths());
        QElapsedTimer timer;
        timer.start();
        const auto list = settled(fresh.refresh());

        QVERIFY2(timer.elapsed() <= 400, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(list.size(), 50);
        QCOMPARE(toString(list[0].state), u"notAnswering"_s);
        QCOMPARE(toString(list[1].state), u"stopped"_s);
    }

    void sweepsWhatAPowerCutLeft()
    {
        const auto paths = FakeHome::paths();
        core::Sandboxes sandboxes(paths);
        QVERIFY(QDir().mkpath(paths.runtimeOf(u"zzzzzzzz"_s)));
        QVERIFY(QDir().mkpath(paths.sandboxes() + u"/.new-yyyyyyyy"_s));
        const auto id = made(sandboxes, u"a"_s);
        QVERIFY(QDir().mkpath(paths.runtimeOf(id.value)));
        QFile stale(paths.wardenSocket(id.value));
        QVERIFY(stale.open(QFile::WriteOnly));

        QVERIFY(!QDir(paths.runtimeOf(u"zzzzzzzz"_s)).exists());
        QVERIFY(!QDir(paths.sandboxes() + u"/.new-yyyyyyyy"_s).exists());
        QCOMPARE(toString(settled(sandboxes.refresh())[0].state), u"stopped"_s);
        QVERIFY(settled(sandboxes.start(id, {})));
    }
};

QTEST_GUILESS_MAIN(TestSandboxes)
#include "tst_sandboxes.moc"
