#include "app/desktop/single_instance.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace desktop;

class TestSingleInstance : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void readsItsArguments_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<Wish>("expected");
        const auto wish = [](Wish::Kind kind,
                              const QString &folder,
                              const QString &agent,
                              const QString &sandbox) {
            return Wish{.kind = kind, .folder = folder, .agent = agent, .sandbox = sandbox};
        };
        using Kind = Wish::Kind;
        QTest::newRow("nothing shows the window") << QStringList{} << Wish{};
        QTest::newRow("a folder opens the sheet")
            << QStringList{u"--new"_s, u"shop"_s} << wish(Kind::New, u"/work/shop"_s, {}, {});
        QTest::newRow("the sheet with an agent")
            << QStringList{u"--new"_s, u"/x"_s, u"--agent"_s, u"codex"_s}
            << wish(Kind::New, u"/x"_s, u"codex"_s, {});
        QTest::newRow("an agent on a folder") << QStringList{u"--run"_s, u"claude"_s, u"."_s}
                                              << wish(Kind::Run, u"/work"_s, u"claude"_s, {});
        QTest::newRow("a sandbox")
            << QStringList{u"--open"_s, u"abc"_s} << wish(Kind::Open, {}, {}, u"abc"_s);
    }
    void readsItsArguments()
    {
        QFETCH(const QStringList, words);
        const auto arguments =
            parseArguments(QStringList{u"paddock-desktop"_s} + words, u"/work"_s);
        QVERIFY(arguments.has_value());
        QTEST(arguments->wish, "expected");
        if (arguments->wish.kind != Wish::Kind::Show)
            QCOMPARE(wishFromJson(toJson(arguments->wish)).value(), arguments->wish);
    }
    void refusesWhatItDoesNotKnow()
    {
        QVERIFY(!parseArguments({u"paddock-desktop"_s, u"--nonsense"_s}, u"/"_s));
        QVERIFY(!parseArguments({u"paddock-desktop"_s, u"--theme"_s, u"pink"_s}, u"/"_s));
        QVERIFY(!wishFromJson({{u"command"_s, u"explode"_s}}));
    }

    void handsASecondStartOver()
    {
        QTemporaryDir home(QDir::tempPath() + u"/pdk-XXXXXX"_s);
        qputenv("PADDOCK_HOME", QFile::encodeName(home.path()));
        SingleInstance first(core::Paths::fromEnvironment());
        QCOMPARE(first.take({}).value(), SingleInstance::Place::First);
        QVERIFY(first.serve().has_value());
        QSignalSpy wished(&first, &SingleInstance::wished);
        QElapsedTimer clock;
        clock.start();

        QProcess second;
        second.start(QStringLiteral(PROGRAMS "/paddock-desktop"), {u"--new"_s, home.path()});

        QTRY_COMPARE_WITH_TIMEOUT(wished.size(), 1, 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, 10'000);
        QCOMPARE(second.exitCode(), 0);
        QCOMPARE(wished.first().first().value<Wish>().folder, home.path());
    }

    void startsOverADeadSocket()
    {
        QTemporaryDir home(QDir::tempPath() + u"/pdk-XXXXXX"_s);
        qputenv("PADDOCK_HOME", QFile::encodeName(home.path()));
        const core::Paths paths = core::Paths::fromEnvironment();
        QVERIFY(core::makePrivateDirectory(paths.runtime));
        QFile dead(paths.desktopSocket());
        QVERIFY(dead.open(QFile::WriteOnly));

        SingleInstance first(paths);

        QCOMPARE(first.take({}).value(), SingleInstance::Place::First);
        QVERIFY(first.serve().has_value());
    }
};

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_single_instance.moc"
