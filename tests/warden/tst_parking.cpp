#include "core/warden/terminals.h"
#include "fake_guest.h"
#include "tests/eventually.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

/// What a suspend does with terminals when the guest does not do as it should.
class TestParking : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeGuest> m_guest;
    std::unique_ptr<GuestControl> m_control;
    std::unique_ptr<Terminals> m_terminals;
    Terminal *m_terminal = nullptr;

    [[nodiscard]] QString shown() const
    {
        return QString::fromUtf8(QByteArray::fromBase64(
            m_terminal->saved().value("scrollback"_L1).toString().toLatin1()));
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_guest = std::make_unique<FakeGuest>();
        m_control = std::make_unique<GuestControl>([this] { return m_guest->connectPort(); });
        const auto opened = m_control->open(5s);
        QTRY_VERIFY(opened.isFinished() && opened.result());
        m_terminals = std::make_unique<Terminals>(*m_control, SandboxSettings{}, Agent{});
        const auto terminal = m_terminals->open({});
        QVERIFY(terminal);
        m_terminal = *terminal;
        QTRY_COMPARE(m_guest->controls().size(), 1);
        m_guest->tell({{u"started"_s, QJsonObject{{u"pid"_s, 7}}}});
    }
    void cleanup()
    {
        m_terminals.reset();
        m_control.reset();
        m_guest.reset();
    }

    void aGuestThatDoesNotParkEndsTheWaitAndTheTerminalGoesOn()
    {
        const auto parked = m_terminals->park();
        m_terminal->write("typed");
        QTRY_VERIFY(parked.isFinished());

        QCOMPARE(parked.result().error().kind, Error::Kind::TimedOut);
        m_terminals->resume();
        QTRY_COMPARE(m_guest->input(), "typed");
        m_guest->print("still here");
        QTRY_VERIFY2(shown().contains(u"still here"_s), qPrintable(shown()));
        QVERIFY(!m_guest->requests().contains(u"POST /adopt/t1"_s));
    }

    void whatIsTypedWhileItIsParkedComesAfterwards()
    {
        m_terminal->write("before, ");
        QTRY_COMPARE(m_guest->input(), "before, ");
        const auto parked = m_terminals->park();
        m_terminal->write("while it is told, ");
        QTRY_COMPARE(m_guest->controls().size(), 2);
        m_guest->tell({{u"parked"_s, QJsonObject()}});
        QTRY_VERIFY(parked.isFinished() && m_terminal->isParked());
        m_terminal->write("while it stands still");
        QCOMPARE(m_guest->input(), "before, ");

        m_terminals->resume();

        QTRY_COMPARE(m_guest->input(), "before, while it is told, while it stands still");
    }

    void theSizeItIsGivenMeanwhileIsToldAfterwards()
    {
        const auto parked = m_terminals->park();
        QTRY_COMPARE(m_guest->controls().size(), 2);
        m_guest->tell({{u"parked"_s, QJsonObject()}});
        QTRY_VERIFY(parked.isFinished() && m_terminal->isParked());
        m_terminal->resize({.columns = 100, .rows = 30});

        m_terminals->resume();

        QTRY_COMPARE(m_guest->controls().size(), 3);
        QCOMPARE(m_guest->controls().last(), R"({"resize":{"columns":100,"rows":30}})");
    }

    void whoTypesMuchMeanwhileIsToldToWait()
    {
        const auto parked = m_terminals->park();
        QTRY_COMPARE(m_guest->controls().size(), 2);
        m_guest->tell({{u"parked"_s, QJsonObject()}});
        QTRY_VERIFY(parked.isFinished() && m_terminal->isParked());
        const link::Bytes much(40 << 10, 'x');
        QVERIFY(m_terminal->write(much));
        QVERIFY(!m_terminal->write(much));
        const QSignalSpy writable(m_terminal, &Terminal::writable);

        m_terminals->resume();

        QTRY_COMPARE(m_guest->input().size(), 80 << 10);
        QVERIFY(writable.count() > 0);
    }

    void aTerminalThatIsParkedTooLateIsFetchedBack()
    {
        const auto parked = m_terminals->park();
        QTRY_VERIFY(parked.isFinished());
        m_terminals->resume();

        m_guest->tell({{u"parked"_s, QJsonObject()}});

        QTRY_VERIFY(m_guest->requests().contains(u"POST /adopt/t1"_s));
        m_guest->print("fetched");
        QTRY_VERIFY2(shown().contains(u"fetched"_s), qPrintable(shown()));
        QVERIFY(m_terminal->isRunning());
    }

    void anEarlierWaitDoesNotCutALaterOneShort()
    {
        QElapsedTimer earlier;
        earlier.start();
        auto parked = m_terminals->park();
        QTRY_COMPARE(m_guest->controls().size(), 2);
        m_guest->tell({{u"parked"_s, QJsonObject()}});
        QTRY_VERIFY(parked.isFinished());
        QVERIFY(parked.result());
        m_terminals->resume();
        QTRY_VERIFY(m_guest->requests().contains(u"POST /adopt/t1"_s));
        QTRY_VERIFY(earlier.elapsed() > 1000); // its limit would be noticed at 9 s of the later one
        QElapsedTimer since;
        since.start();
        parked = m_terminals->park();

        QTRY_VERIFY(parked.isFinished());

        QVERIFY2(since.elapsed() > 9500, qPrintable(QString::number(since.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestParking)
#include "tst_parking.moc"
