#include "core/async/steps.h"
#include "tests/eventually.h"

#include <QPromise>

#include <memory>

using namespace core;

class TestSteps : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void runsStepsInOrder()
    {
        QObject context;
        QStringList trace;

        const auto done =
            steps(&context, ready(Result<int>(1)))
                .then([&](int value) {
                    trace << QStringLiteral("second %1").arg(value);
                    return ready(Result<>());
                })
                .then([&] {
                    trace << QStringLiteral("third");
                    return ready(Result<int>(3));
                })
                .finally([&](const Result<int> &) { trace << QStringLiteral("report"); });

        QTRY_VERIFY(done.isFinished());
        QCOMPARE(done.result().value(), 3);
        QCOMPARE(trace.join(u','), QStringLiteral("second 1,third,report"));
    }

    void stopsAtFirstError()
    {
        QObject context;
        bool reached = false;

        const auto done = steps(&context,
            ready(Result<int>(
                std::unexpected(Error{.kind = Error::Kind::NotEnoughDisk, .detail = {}}))))
                              .then([&](int) {
                                  reached = true;
                                  return ready(Result<>());
                              })
                              .finally([](const Result<> &) {});

        QTRY_VERIFY(done.isFinished());
        QVERIFY(!reached);
        QCOMPARE(done.result().error().kind, Error::Kind::NotEnoughDisk);
    }

    void deletingTheContextCancelsTheRest()
    {
        auto context = std::make_unique<QObject>();
        QPromise<Result<int>> first;
        first.start();
        bool reached = false;

        const auto done = steps(context.get(), first.future())
                              .then([&](int) {
                                  reached = true;
                                  return ready(Result<>());
                              })
                              .finally([&](const Result<> &) { reached = true; });
        context.reset();
        first.addResult(Result<int>(1));
        first.finish();

        QTRY_VERIFY(done.isFinished());
        QVERIFY(done.isCanceled());
        QVERIFY(!reached);
    }
};

QTEST_GUILESS_MAIN(TestSteps)
#include "tst_steps.moc"
