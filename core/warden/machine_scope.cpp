#include "core/warden/machine_scope.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusPendingCallWatcher>
#include <QDBusVariant>
#include <QFile>
#include <QPromise>

#include <memory>

using namespace Qt::StringLiterals;

namespace core {

/// One entry of systemd's a(sv).
struct UnitProperty
{
    QString name;
    QDBusVariant value;
};

/// One entry of its a(sa(sv)), which has to be there and stays empty.
struct AuxiliaryUnit
{
    QString name;
    QList<UnitProperty> properties;
};

QDBusArgument &operator<<(QDBusArgument &argument, const UnitProperty &property)
{
    argument.beginStructure();
    argument << property.name << property.value;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, UnitProperty &property)
{
    argument.beginStructure();
    argument >> property.name >> property.value;
    argument.endStructure();
    return argument;
}

QDBusArgument &operator<<(QDBusArgument &argument, const AuxiliaryUnit &unit)
{
    argument.beginStructure();
    argument << unit.name << unit.properties;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, AuxiliaryUnit &unit)
{
    argument.beginStructure();
    argument >> unit.name >> unit.properties;
    argument.endStructure();
    return argument;
}

namespace {

constexpr quint64 microsecondsPerCpu = 1'000'000;
// Disks, devices and the monitor have threads of their own beside those of the virtual processors.
constexpr quint64 extraMicroseconds = microsecondsPerCpu / 2;
// Translated code under emulation (512 MiB at most) and QEMU itself.
constexpr quint64 extraMemoryMiB = 768;
constexpr int patienceMs = 5'000;
constexpr qsizetype maxProcesses = 64;

const QString managerInterface = u"org.freedesktop.systemd1.Manager"_s;

void registerTypes()
{
    qDBusRegisterMetaType<QList<uint>>();
    qDBusRegisterMetaType<UnitProperty>();
    qDBusRegisterMetaType<QList<UnitProperty>>();
    qDBusRegisterMetaType<AuxiliaryUnit>();
    qDBusRegisterMetaType<QList<AuxiliaryUnit>>();
}

UnitProperty property(const QString &name, const QVariant &value)
{
    return {.name = name, .value = QDBusVariant(value)};
}

QDBusMessage managerCall(const QString &interface, const QString &method)
{
    auto call = QDBusMessage::createMethodCall(
        u"org.freedesktop.systemd1"_s, u"/org/freedesktop/systemd1"_s, interface, method);
    call.setAutoStartService(false);
    return call;
}

QDBusMessage startCall(const MachineScope &scope)
{
    registerTypes();
    const QList<UnitProperty> properties{property(u"Description"_s, scope.description),
        property(u"PIDs"_s, QVariant::fromValue(scope.processes)),
        property(u"CPUQuotaPerSecUSec"_s, qulonglong(scope.cpuMicrosecondsPerSecond)),
        property(u"MemoryHigh"_s, qulonglong(scope.memoryHighBytes)),
        property(u"CollectMode"_s, u"inactive-or-failed"_s)};
    auto call = managerCall(managerInterface, u"StartTransientUnit"_s);
    call << scope.unit << u"fail"_s << QVariant::fromValue(properties)
         << QVariant::fromValue(QList<AuxiliaryUnit>());
    return call;
}

Result<QString> without(const QString &reason)
{
    return std::unexpected(Error{Error::Kind::Failed, reason});
}

/// What `text` makes of the first value of the answer.
template <typename Text>
Future<QString> answered(
    QObject *context, const QDBusConnection &session, const QDBusMessage &call, Text text)
{
    if (!session.isConnected())
        return ready(without(u"there is no session bus"_s));
    auto promise = std::make_shared<QPromise<Result<QString>>>(); // shared with the watcher
    promise->start();
    auto *watcher = new QDBusPendingCallWatcher(session.asyncCall(call, patienceMs), context);
    QObject::connect(
        watcher, &QDBusPendingCallWatcher::finished, context, [promise, watcher, text] {
            const QDBusMessage reply = watcher->reply();
            promise->addResult(reply.type() == QDBusMessage::ReplyMessage
                                   ? Result<QString>(text(reply.arguments().value(0)))
                                   : without(reply.errorMessage()));
            promise->finish();
            watcher->deleteLater();
        });
    return promise->future();
}

} // namespace

MachineScope machineScope(const ScopeDemand &demand)
{
    MachineScope scope{
        .unit = u"paddock-%1-%2.scope"_s.arg(demand.sandbox).arg(demand.processes.value(0)),
        .description = u"Paddock sandbox %1"_s.arg(demand.name),
        .processes = {},
        .cpuMicrosecondsPerSecond = quint64(demand.cpus) * microsecondsPerCpu + extraMicroseconds,
        .memoryHighBytes = (quint64(demand.memoryMiB) + extraMemoryMiB) << 20};
    for (const qint64 process : demand.processes)
        scope.processes << uint(process);
    return scope;
}

Future<QString> startScope(
    QObject *context, const QDBusConnection &session, const MachineScope &scope)
{
    return answered(
        context, session, startCall(scope), [unit = scope.unit](const QVariant &) { return unit; });
}

Future<QString> limitsOfSession(QObject *context, const QDBusConnection &session)
{
    auto call = managerCall(u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    call << managerInterface << u"Version"_s;
    return answered(context, session, call, [](const QVariant &version) {
        return u"scopes of systemd %1"_s.arg(
            version.value<QDBusVariant>().variant().toString().left(60));
    });
}

QList<qint64> processTree(qint64 root)
{
    QList<qint64> processes{root};
    for (qsizetype i = 0; i < processes.size() && processes.size() < maxProcesses; ++i) {
        QFile children(u"/proc/%1/task/%1/children"_s.arg(processes[i]));
        if (!children.open(QFile::ReadOnly))
            continue;
        for (const auto &word : children.readAll().simplified().split(' '))
            if (const qint64 child = word.toLongLong(); child > 0)
                processes << child;
    }
    return processes;
}

} // namespace core
