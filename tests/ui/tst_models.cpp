#include "tests/client/fake_home.h"
#include "tests/eventually.h"
#include "tests/settled.h"
#include "ui/dashboard/sandbox_model.h"
#include "ui/network/activity_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace ui;

namespace {

QStringList names(const SandboxModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list.append(model.index(row).data().toString());
    return list;
}

core::ConnectionRecord record(int number)
{
    core::ConnectionRecord made;
    made.timeMs = number;
    made.host = u"host%1.example"_s.arg(number);
    made.port = 443;
    made.protocol = u"https"_s;
    made.verdict = number % 2 == 0 ? u"allow"_s : u"deny"_s;
    return made;
}

} // namespace

class TestModels : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void listsSandboxesByNeedThenByName()
    {
        FakeHome home;
        core::Sandboxes sandboxes(FakeHome::paths());
        SandboxModel model(sandboxes);
        const QAbstractItemModelTester tester(&model);
        sandboxes.watch();
        const auto beta =
            sandboxes.create({.settings = home.settings(u"beta"_s), .initialPolicy = {}});
        const auto alpha =
            sandboxes.create({.settings = home.settings(u"alpha"_s), .initialPolicy = {}});
        QVERIFY(beta && alpha);
        QTRY_COMPARE(names(model), (QStringList{u"alpha"_s, u"beta"_s}));
        const QPersistentModelIndex selected = model.indexOf(*beta);

        QVERIFY(settled(sandboxes.start(*beta, {})).has_value());

        QTRY_COMPARE(names(model), (QStringList{u"beta"_s, u"alpha"_s}));
        QCOMPARE(selected.row(), 0);
        QVERIFY(settled(sandboxes.stop(*beta, true)).has_value());
        QTRY_COMPARE(names(model), (QStringList{u"alpha"_s, u"beta"_s}));
        QVERIFY(settled(sandboxes.remove(*alpha)).has_value());
        QTRY_COMPARE(names(model), QStringList{u"beta"_s});
    }

    void showsConnectionsNewestFirstInBatches()
    {
        ActivityModel model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        for (int number = 0; number < 300; ++number)
            model.append(record(number));

        QTRY_COMPARE(model.rowCount(), 300);

        QCOMPARE(inserted.size(), 1);
        QCOMPARE(model.at(0).timeMs, 299);
    }
    void forgetsTheOldestConnections()
    {
        ActivityModel model;
        for (int number = 0; number < ActivityModel::capacity + 5; ++number)
            model.append(record(number));
        QTRY_COMPARE(model.rowCount(), int(ActivityModel::capacity));
        model.append(record(20'000));

        QTRY_COMPARE(model.at(0).timeMs, 20'000);
        QCOMPARE(model.rowCount(), int(ActivityModel::capacity));
    }
    void holdsConnectionsBackWhilePaused()
    {
        ActivityModel model;
        model.setPaused(true);
        model.append(record(1));
        QVERIFY(!QTest::qWaitFor([&] { return model.rowCount() > 0; }, 300));

        model.setPaused(false);

        QTRY_COMPARE(model.rowCount(), 1);
    }
};

QTEST_MAIN(TestModels)
#include "tst_models.moc"
