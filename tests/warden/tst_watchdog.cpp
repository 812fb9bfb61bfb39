#include "core/warden/host_clocks.h"
#include "core/warden/watchdog.h"
#include "tests/eventually.h"

#include <QPromise>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

class TestWatchdog : public QObject
{
    Q_OBJECT

private:
    enum class Who { Answers, Silent };
    Who m_guest = Who::Answers;
    Who m_machine = Who::Answers;
    bool m_expected = true;
    int m_turns = 0;
    int m_asked = 0;
    std::shared_ptr<QPromise<Result<QByteArray>>> m_open; ///< a question that nobody answered yet
    std::unique_ptr<Watchdog> m_watchdog;
    std::unique_ptr<QSignalSpy> m_silent;
    std::unique_ptr<QSignalSpy> m_recovered;

    Future<QByteArray> askGuest()
    {
        ++m_asked;
        if (m_guest == Who::Answers)
            return ready(Result<QByteArray>(R"({"uptimeMs":1})"));
        m_open = std::make_shared<QPromise<Result<QByteArray>>>();
        m_open->start();
        return m_open->future();
    }
    Future<> askMachine()
    {
        return m_machine == Who::Answers
                   ? ready(Result<>())
                   : ready(Result<>(std::unexpected(Error{Error::Kind::TimedOut, {}})));
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_guest = m_machine = Who::Answers;
        m_expected = true;
        m_turns = m_asked = 0;
        m_watchdog.reset(new Watchdog({.expected =
                                           [this] {
                                               ++m_turns;
                                               return m_expected;
                                           },
            .askGuest = [this] { return askGuest(); },
            .askMachine = [this] { return askMachine(); },
            .period = 10ms,
            .patience = 5}));
        m_silent = std::make_unique<QSignalSpy>(m_watchdog.get(), &Watchdog::silent);
        m_recovered = std::make_unique<QSignalSpy>(m_watchdog.get(), &Watchdog::recovered);
        m_watchdog->start();
    }

    void aGuestThatAnswersIsLeftInPeace()
    {
        QTRY_VERIFY(m_asked > 20);
        QCOMPARE(m_silent->count(), 0);
    }

    void aSilentGuestIsToldOnceAndAskedOnce()
    {
        m_guest = Who::Silent;
        QTRY_COMPARE(m_silent->count(), 1);
        QVERIFY(m_silent->first().first().toString().contains(u"system in the sandbox"_s));
        const int asked = m_asked;
        const int turns = m_turns;
        QTRY_VERIFY(m_turns > turns + 20);
        QCOMPARE(m_silent->count(), 1);
        QCOMPARE(m_asked, asked); // the question is still open
    }

    void aLateAnswerEndsTheSilence()
    {
        m_guest = Who::Silent;
        QTRY_COMPARE(m_silent->count(), 1);
        m_guest = Who::Answers;
        m_open->addResult(QByteArray("{}"));
        m_open->finish();
        QTRY_COMPARE(m_recovered->count(), 1);
        QVERIFY(!m_watchdog->isSilent());
    }

    void aMachineThatHangsIsToldAsSuch()
    {
        m_guest = m_machine = Who::Silent;
        QTRY_COMPARE(m_silent->count(), 1);
        QVERIFY(m_silent->first().first().toString().startsWith(u"QEMU"_s));
        m_machine = Who::Answers;
        QTRY_COMPARE(m_silent->count(), 2); // now it is the guest alone
    }

    void noAnswerIsExpectedWhileItIsPausedOrSaved()
    {
        m_guest = Who::Silent;
        m_expected = false;
        QTRY_VERIFY(m_turns > 20);
        QCOMPARE(m_asked, 0);
        QCOMPARE(m_silent->count(), 0);
        m_expected = true;
        QTRY_COMPARE(m_silent->count(), 1);
    }

    void sleepIsWhatTheClocksDisagreeAbout()
    {
        const HostClocks before{.real = 1000s, .boot = 50s, .awake = 40s};
        QCOMPARE(sleptBetween(before, {.real = 1005s, .boot = 55s, .awake = 45s}), 0ms);
        QCOMPARE(sleptBetween(before, {.real = 4605s, .boot = 3655s, .awake = 45s}), 3600'000ms);
        QCOMPARE(sleptBetween(before, {.real = 9000s, .boot = 55s, .awake = 45s}), 0ms); // was set
    }

    void aGuestsClockIsComparedWithTheTimeBetweenQuestionAndAnswer()
    {
        const HostClocks asked{.real = 1000s, .boot = 50s, .awake = 40s};
        const HostClocks soon{.real = 1001s, .boot = 51s, .awake = 41s};
        const HostClocks late{.real = 1030s, .boot = 80s, .awake = 70s};
        QVERIFY(!isWrongClock(1000s, asked, soon));
        QVERIFY(!isWrongClock(1002s, asked, soon));
        QVERIFY(!isWrongClock(1001s, asked, late)); // the answer was long under way
        QVERIFY(isWrongClock(1000s + 10 * 365 * 24h, asked, soon));
        QVERIFY(isWrongClock(1s, asked, soon));
    }
};

QTEST_GUILESS_MAIN(TestWatchdog)
#include "tst_watchdog.moc"
