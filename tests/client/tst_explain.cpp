#include "core/client/error_kind.h"
#include "core/client/explain.h"

#include <QTest>

using core::Error;

class TestExplain : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void everyKindHasATitleANextStepAndAName()
    {
        for (int kind = 0; kind <= static_cast<int>(Error::Kind::Failed); ++kind) {
            const auto value = static_cast<Error::Kind>(kind);
            const core::Explanation words = core::explain(value);
            QVERIFY(!words.title.isEmpty());
            QVERIFY(!words.title.endsWith(QLatin1Char('.')));
            QVERIFY(words.nextStep.endsWith(QLatin1Char('.')));
            QVERIFY(core::exitCode(value) > 0);
            QCOMPARE(core::errorKindFromString(core::errorKindName(value)), value);
        }
    }

    void anErrorSurvivesTheWayOverTheApi()
    {
        const Error error{Error::Kind::ImageMissing, QStringLiteral("no image")};
        QCOMPARE(core::errorFromJson(core::errorToJson(error)), error);
    }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
