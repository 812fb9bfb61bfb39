#include "core/guest/synthetic_names.h"

#include <QTest>

#include <set>

using namespace core::guest;

class TestSyntheticNames : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void givesEachNameOneAddressOfTheRange()
    {
        SyntheticNames names;

        const auto first = names.addressOf("a.example");
        const auto second = names.addressOf("b.example");

        QVERIFY(first != second);
        QCOMPARE(names.addressOf("a.example"), first);
        QVERIFY(SyntheticNames::covers(first) && SyntheticNames::covers(second));
        QCOMPARE(names.nameOf(second), std::optional<std::string>("b.example"));
        QVERIFY(!names.nameOf(second + 1));
    }

    void coversExactlyItsRange()
    {
        QVERIFY(SyntheticNames::covers(0xc6120000)); // 198.18.0.0
        QVERIFY(SyntheticNames::covers(0xc613ffff)); // 198.19.255.255
        QVERIFY(!SyntheticNames::covers(0xc611ffff));
        QVERIFY(!SyntheticNames::covers(0xc6140000));
    }

    void forgetsTheNameThatWasUsedLongestAgo()
    {
        SyntheticNames names(2);
        const auto kept = names.addressOf("kept.example");
        const auto forgotten = names.addressOf("forgotten.example");
        QVERIFY(names.nameOf(kept));

        const auto fresh = names.addressOf("fresh.example");

        QVERIFY(!names.nameOf(forgotten));
        QCOMPARE(names.nameOf(kept), std::optional<std::string>("kept.example"));
        QVERIFY2(fresh != forgotten, "a forgotten address meets nobody, not somebody else");
    }

    void neverGivesAnAddressTwiceAtATime()
    {
        SyntheticNames names(300);
        for (int i = 0; i < 140'000; ++i) // more than the range has
            names.addressOf(std::to_string(i));

        std::set<std::uint32_t> addresses;
        for (int i = 139'700; i < 140'000; ++i)
            addresses.insert(names.addressOf(std::to_string(i)));

        QCOMPARE(addresses.size(), 300U);
    }
};

QTEST_GUILESS_MAIN(TestSyntheticNames)
#include "tst_synthetic_names.moc"
