#include "core/warden/docker_wait.h"
#include "core/warden/guest_control.h"
#include "fake_guest.h"
#include "tests/eventually.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

/// What a template's build waits for, when the guest's dockerd does not start at once.
class TestDockerWait : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeGuest> m_guest;
    std::unique_ptr<GuestControl> m_control;
    std::unique_ptr<DockerWait> m_wait;

    void tell(const QString &state)
    {
        m_guest->sendEvent({{u"event"_s, u"docker"_s}, {u"state"_s, state}});
    }
    /// Begins to wait, and goes on when the guest has been asked and is listened to.
    Future<> begun(std::chrono::milliseconds patience)
    {
        auto future = m_wait->run(patience);
        [&] {
            QTRY_VERIFY(m_guest->requests().contains(u"GET /events"_s) &&
                        m_guest->requests().contains(u"GET /status"_s));
        }();
        return future;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_guest = std::make_unique<FakeGuest>();
        m_control = std::make_unique<GuestControl>([this] { return m_guest->connectPort(); });
        const auto opened = m_control->open(5s);
        QTRY_VERIFY(opened.isFinished() && opened.result());
        m_wait = std::make_unique<DockerWait>(*m_control);
    }
    void cleanup()
    {
        m_wait.reset();
        m_control.reset();
        m_guest.reset();
    }

    void isOverAtOnceWhereItIsReady()
    {
        m_guest->setStatus(R"({"docker":"ready"})");
        const auto ready = begun(1min);
        QTRY_VERIFY(ready.isFinished());
        QVERIFY(ready.result());
    }

    void theGuestsNextTryIsWaitedFor()
    {
        m_guest->setStatus(R"({"docker":"failed: containerd is not up"})");
        const auto ready = begun(1min);
        tell(u"starting"_s);
        tell(u"failed: once more"_s);
        m_guest->sendEvent({{u"event"_s, u"other"_s}, {u"state"_s, u"ready"_s}});
        const auto answered = m_control->request("GET", "/status", {}, 5s);
        QTRY_VERIFY(answered.isFinished()); // what was told before has come
        QVERIFY(!ready.isFinished());

        tell(u"ready"_s);

        QTRY_VERIFY(ready.isFinished());
        QVERIFY(ready.result());
    }

    void whatItSaidLastIsTheReason()
    {
        const auto ready = begun(500ms);
        tell(u"failed: no space left"_s);
        QTRY_VERIFY(ready.isFinished());
        QCOMPARE(
            ready.result().error(), (Error{Error::Kind::DockerFailed, u"failed: no space left"_s}));
    }

    void silenceEndsToo()
    {
        const auto ready = begun(10ms);
        QTRY_VERIFY(ready.isFinished());
        QCOMPARE(ready.result().error().detail, u"dockerd was not ready in time"_s);
    }
};

QTEST_GUILESS_MAIN(TestDockerWait)
#include "tst_docker_wait.moc"
