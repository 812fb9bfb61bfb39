#include "tests/client/fake_home.h"
#include "tests/eventually.h"
#include "tests/settled.h"
#include "ui/notify/notifier.h"

#include <QDBusMessage>
#include <QProcess>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace ui;

/// A notification service on the test's own bus.
class FakeService : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    struct Shown
    {
        uint replaces;
        QString title;
        QString text;
        QStringList actions;
    };
    QList<Shown> shown;
    QList<uint> closed;

public slots:
    static QStringList GetCapabilities() { return {u"body"_s, u"body-markup"_s, u"actions"_s}; }
    uint Notify(const QString &,
        uint replaces,
        const QString &,
        const QString &title,
        const QString &text,
        const QStringList &actions,
        const QVariantMap &,
        int)
    {
        shown.append({replaces, title, text, actions});
        return replaces > 0 ? replaces : ++m_last;
    }
    void CloseNotification(uint id)
    {
        closed.append(id);
        emit NotificationClosed(id, 3);
    }

signals:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);

private:
    uint m_last = 0;
};

class TestNotifications : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_bus.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        QVERIFY(m_bus.waitForReadyRead());
        const QByteArray address = m_bus.readLine().trimmed();
        qputenv("DBUS_SESSION_BUS_ADDRESS", address);
        m_connection = QDBusConnection::connectToBus(QString::fromUtf8(address), u"service"_s);
        QVERIFY(m_connection.registerService(u"org.freedesktop.Notifications"_s));
        QVERIFY(QDBusConnection::sessionBus().isConnected());
    }
    void cleanupTestCase()
    {
        QDBusConnection::disconnectFromBus(u"service"_s);
        QDBusConnection::disconnectFromBus(QDBusConnection::sessionBus().name());
        m_bus.kill();
        m_bus.waitForFinished();
    }
    void init()
    {
        QTest::failOnWarning();
        m_service = std::make_unique<FakeService>();
        QVERIFY(m_connection.registerObject(u"/org/freedesktop/Notifications"_s,
            m_service.get(),
            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    }
    void cleanup() { m_connection.unregisterObject(u"/org/freedesktop/Notifications"_s); }

    void replacesInPlaceAndTakesBackWhatIsOver()
    {
        Notifications notifications;
        notifications.show(u"a"_s, u"web-shop"_s, u"one"_s, Notifications::Urgency::Normal);
        QTRY_COMPARE(m_service->shown.size(), 1);
        QSignalSpy activated(&notifications, &Notifications::activated);
        QTRY_VERIFY([&] { // the answer with the id may still be on its way
            emit m_service->ActionInvoked(1, u"default"_s);
            return QTest::qWaitFor([&] { return !activated.isEmpty(); }, 100);
        }());
        QCOMPARE(activated.first().first().toString(), u"a"_s);

        notifications.show(u"a"_s, u"web-shop"_s, u"two"_s, Notifications::Urgency::Normal);
        QTRY_COMPARE(m_service->shown.size(), 2);
        QCOMPARE(m_service->shown.last().replaces, 1U);

        notifications.withdraw(u"a"_s);
        QTRY_COMPARE(m_service->closed, QList<uint>{1});
    }
    void takesBackWhatWasNotYetAnswered()
    {
        Notifications notifications;
        notifications.show(u"a"_s, u"t"_s, u"x"_s, Notifications::Urgency::Low);
        notifications.withdraw(u"a"_s);

        QTRY_COMPARE(m_service->closed.size(), 1);
    }
    void showsTextOfTheGuestWithoutItsMarkup()
    {
        Notifications notifications;
        notifications.show(u"a"_s, u"t"_s, u"<b>x</b>"_s, Notifications::Urgency::Low);

        QTRY_COMPARE(m_service->shown.size(), 1);
        QCOMPARE(m_service->shown.first().text, u"&lt;b&gt;x&lt;/b&gt;"_s);
        QCOMPARE(singleLine(u"a\n\x1b[31mb\u202e c"_s), u"a [31mb c"_s);
        QCOMPARE(singleLine(QString(500, u'x')).size(), 200);
    }

    void tellsOfAnAgentThatWaitsOnlyWhenItIsNotSeen()
    {
        FakeHome home;
        core::Sandboxes sandboxes(FakeHome::paths());
        bool seen = false;
        Notifier notifier(sandboxes, [&seen](const core::SandboxId &) { return seen; });
        QSignalSpy opened(&notifier, &Notifier::openAsked);
        sandboxes.watch();
        const auto id = waitingSandbox(home, sandboxes, u"web-shop"_s);
        QVERIFY(settled(sandboxes.start(id, {})).has_value());

        QTRY_COMPARE_WITH_TIMEOUT(m_service->shown.size(), 1, 15'000);
        QCOMPARE(m_service->shown.first().title, u"web-shop"_s);
        QCOMPARE(m_service->shown.first().text, u"Needs you: allow edit?"_s);
        QTRY_VERIFY([&] {
            emit m_service->ActionInvoked(1, u"default"_s);
            return QTest::qWaitFor([&] { return !opened.isEmpty(); }, 100);
        }());
        QCOMPARE(opened.first().first().value<core::SandboxId>(), id);

        seen = true;
        notifier.look();
        QTRY_COMPARE(m_service->closed, QList<uint>{1});

        const auto other = waitingSandbox(home, sandboxes, u"docs"_s);
        QVERIFY(settled(sandboxes.start(other, {})).has_value());
        QTest::qWait(Notifier::holdMs + 2000); // that nothing comes can only be seen by waiting
        QCOMPARE(m_service->shown.size(), 1);
    }

private:
    static core::SandboxId waitingSandbox(
        const FakeHome &home, core::Sandboxes &sandboxes, const QString &name)
    {
        const auto id = sandboxes.create({.settings = home.settings(name), .initialPolicy = {}});
        FakeHome::script(*id,
            {{u"status"_s,
                QJsonObject{{u"agentState"_s,
                    QJsonObject{{u"state"_s, u"needsYou"_s}, {u"text"_s, u"allow edit?"_s}}}}}});
        return *id;
    }

    QProcess m_bus;
    QDBusConnection m_connection{u"none"_s};
    std::unique_ptr<FakeService> m_service;
};

QTEST_GUILESS_MAIN(TestNotifications)
#include "tst_notifications.moc"
