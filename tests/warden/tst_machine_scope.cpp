#include "core/warden/machine_scope.h"
#include "tests/eventually.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QHash>
#include <QProcess>

#include <csignal>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

MachineScope someScope()
{
    return machineScope({.sandbox = u"a1b2c3d4"_s,
        .name = u"web"_s,
        .cpus = 2,
        .memoryMiB = 2048,
        .processes = {71, 72}});
}

/// What systemd of a session is asked, and its answer.
class FakeSystemd : public QDBusVirtualObject
{
public:
    [[nodiscard]] QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override
    {
        signature = message.signature();
        member = message.interface() + u'.' + message.member();
        const auto arguments = message.arguments();
        unit = arguments.value(0).toString();
        const auto list = arguments.value(2).value<QDBusArgument>();
        list.beginArray();
        while (!list.atEnd()) {
            QString name;
            QDBusVariant value;
            list.beginStructure();
            list >> name >> value;
            list.endStructure();
            properties.insert(name, value.variant());
        }
        list.endArray();
        return connection.send(
            refuses.isEmpty()
                ? message.createReply(QVariant::fromValue(QDBusObjectPath(u"/job/1"_s)))
                : message.createErrorReply(u"org.freedesktop.systemd1.UnitExists"_s, refuses));
    }

    QString refuses;
    QString signature;
    QString member;
    QString unit;
    QHash<QString, QVariant> properties;
};

} // namespace

/// Runs in a session bus of its own.
class TestMachineScope : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void leavesAMachineWhatItIsMadeFor()
    {
        const auto scope = someScope();

        QCOMPARE(scope.unit, u"paddock-a1b2c3d4-71.scope"_s);
        QCOMPARE(scope.processes, (QList<uint>{71, 72}));
        QCOMPARE(scope.cpuMicrosecondsPerSecond, 2'500'000U);
        QCOMPARE(scope.memoryHighBytes, quint64(2816) << 20);
    }

    void asksSystemdOfTheSession()
    {
        auto bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"systemd"_s);
        FakeSystemd systemd;
        QVERIFY(bus.registerVirtualObject(u"/org/freedesktop/systemd1"_s, &systemd));
        QVERIFY(bus.registerService(u"org.freedesktop.systemd1"_s));

        auto started = startScope(this, QDBusConnection::sessionBus(), someScope());
        QTRY_VERIFY(started.isFinished());

        QCOMPARE(started.result().value(), u"paddock-a1b2c3d4-71.scope"_s);
        QCOMPARE(systemd.member, u"org.freedesktop.systemd1.Manager.StartTransientUnit"_s);
        QCOMPARE(systemd.signature, u"ssa(sv)a(sa(sv))"_s);
        QCOMPARE(systemd.unit, someScope().unit);
        QCOMPARE(systemd.properties[u"CPUQuotaPerSecUSec"_s].toULongLong(), 2'500'000U);
        QCOMPARE(systemd.properties[u"MemoryHigh"_s].toULongLong(), quint64(2816) << 20);
        QCOMPARE(qdbus_cast<QList<uint>>(systemd.properties[u"PIDs"_s]), (QList<uint>{71, 72}));

        systemd.refuses = u"Unit exists already."_s;
        auto refused = startScope(this, QDBusConnection::sessionBus(), someScope());
        QTRY_VERIFY(refused.isFinished());
        QCOMPARE(refused.result().error().detail, u"Unit exists already."_s);
        QVERIFY(bus.unregisterService(u"org.freedesktop.systemd1"_s));
    }

    void saysWhyThereAreNoLimits()
    {
        auto nobody = startScope(this, QDBusConnection::sessionBus(), someScope());
        QTRY_VERIFY(nobody.isFinished());
        QVERIFY(!nobody.result());
        QVERIFY2(nobody.result().error().detail.contains(u"org.freedesktop.systemd1"_s),
            qPrintable(nobody.result().error().detail));

        const auto none = startScope(this, QDBusConnection(u"none"_s), someScope());
        QCOMPARE(none.result().error().detail, u"there is no session bus"_s);
    }

    void findsAllProcessesOfAMachine()
    {
        QProcess shell;
        shell.start(u"sh"_s, {u"-c"_s, u"sleep 60; true"_s});
        QVERIFY(shell.waitForStarted());

        QTRY_COMPARE(processTree(shell.processId()).size(), 2);
        QVERIFY(processTree(::getpid()).contains(shell.processId()));
        for (const auto process : processTree(shell.processId()))
            ::kill(pid_t(process), SIGKILL);
        QVERIFY(shell.waitForFinished());
    }
};

QTEST_GUILESS_MAIN(TestMachineScope)
#include "tst_machine_scope.moc"
