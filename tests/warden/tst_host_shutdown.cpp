#include "core/warden/host_shutdown.h"
#include "tests/eventually.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QSignalSpy>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// As much of logind as a warden sees.
class FakeLogind : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")

public:
    QStringList asked;

public slots:
    QDBusUnixFileDescriptor Inhibit(
        const QString &what, const QString &who, const QString &, const QString &mode)
    {
        asked << what << who << mode;
        const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const QDBusUnixFileDescriptor lock(descriptor);
        ::close(descriptor);
        return lock;
    }
};

/// Run in a session bus of its own, which is also its system bus.
class TestHostShutdown : public QObject
{
    Q_OBJECT

private slots:
    void holdsTheShutdownAndHearsOfIt()
    {
        QTest::failOnWarning();
        auto bus = QDBusConnection::connectToBus(
            qEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS"), u"logind"_s);
        QVERIFY(bus.isConnected());
        FakeLogind logind;
        QVERIFY(bus.registerObject(
            u"/org/freedesktop/login1"_s, &logind, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.login1"_s));

        core::HostShutdown shutdown;
        const QSignalSpy begun(&shutdown, &core::HostShutdown::begun);
        QTRY_VERIFY(shutdown.isHolding());
        QCOMPARE(logind.asked, (QStringList{u"shutdown"_s, u"Paddock"_s, u"delay"_s}));

        const auto tell = [&bus](bool begins) {
            auto signal = QDBusMessage::createSignal(u"/org/freedesktop/login1"_s,
                u"org.freedesktop.login1.Manager"_s,
                u"PrepareForShutdown"_s);
            signal << begins;
            QVERIFY(bus.send(signal));
        };
        tell(false);
        tell(true);
        QTRY_COMPARE(begun.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestHostShutdown)
#include "tst_host_shutdown.moc"
