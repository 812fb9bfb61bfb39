#include "vmm/machine/qemu_command.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm;

namespace {

MachineSpec spec(Acceleration acceleration = Acceleration::Tcg)
{
    MachineSpec spec;
    spec.name = u"a1b2c3d4"_s;
    spec.memory.sizeMiB = 1024;
    spec.acceleration = acceleration;
    spec.kernel = u"/images/vmlinuz"_s;
    spec.initrd = u"/cache/initrd.cpio"_s;
    spec.disks = {
        {.name = u"root"_s, .path = u"/s/root,1.qcow2"_s, .layers = {u"/images/root.qcow2"_s}},
        {.name = u"work"_s, .path = u"/s/work.qcow2"_s}};
    spec.ports = {u"org.paddock.control"_s, u"org.paddock.egress"_s};
    return spec;
}

QStringList argumentsOf(
    const MachineSpec &spec, QemuWiring::Files files = QemuWiring::Files::ByHostPath)
{
    HostCapabilities host;
    host.qemu = u"/usr/bin/qemu-system-x86_64"_s;
    host.machineType = u"pc-q35-10.0"_s;
    return qemuCommand(spec,
        host,
        {.files = files,
            .monitor = u"fd=7"_s,
            .console = u"fd=8"_s,
            .ports = {u"fd=9,server=on,wait=off"_s, u"fd=10,server=on,wait=off"_s}})
        .arguments;
}

QStringList valuesOf(const QStringList &arguments, const QString &option)
{
    QStringList values;
    for (qsizetype i = 0; i + 1 < arguments.size(); ++i)
        if (arguments[i] == option)
            values << arguments[i + 1];
    return values;
}

QString valueOf(const QStringList &arguments, const QString &option)
{
    return valuesOf(arguments, option).value(0);
}

/// All but what an accelerator decides about.
QStringList withoutAcceleration(QStringList arguments)
{
    for (const auto &option : {u"-accel"_s, u"-cpu"_s, u"-sandbox"_s})
        if (const auto at = arguments.indexOf(option); at >= 0)
            arguments.remove(at, 2);
    return arguments;
}

QList<QJsonObject> objectsOf(const QStringList &arguments, const QString &option)
{
    QList<QJsonObject> objects;
    for (const auto &value : valuesOf(arguments, option))
        if (value.startsWith(u'{'))
            objects << QJsonDocument::fromJson(value.toUtf8()).object();
    return objects;
}

} // namespace

class TestQemuCommand : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void hasNoNetworkDisplayOrDefaults()
    {
        const auto arguments = argumentsOf(spec());

        QVERIFY(arguments.contains(u"-nodefaults"_s));
        QVERIFY(arguments.contains(u"-no-user-config"_s));
        QVERIFY(arguments.contains(u"-no-reboot"_s));
        QCOMPARE(valueOf(arguments, u"-nic"_s), u"none"_s);
        QCOMPARE(valueOf(arguments, u"-vga"_s), u"none"_s);
        QCOMPARE(valueOf(arguments, u"-display"_s), u"none"_s);
        QVERIFY(valueOf(arguments, u"-machine"_s).contains(u"usb=off"_s));
        for (const auto &device : valuesOf(arguments, u"-device"_s))
            QVERIFY2(device.startsWith("virt"_L1), qPrintable(device));
    }

    void usesTheMachineTypeOfTheSpecElseTheNewest()
    {
        auto recorded = spec();
        recorded.machineType = u"pc-q35-9.2"_s;

        QVERIFY(valueOf(argumentsOf(spec()), u"-machine"_s).startsWith("pc-q35-10.0,"_L1));
        QVERIFY(valueOf(argumentsOf(recorded), u"-machine"_s).startsWith("pc-q35-9.2,"_L1));
    }

    void choosesCpuAndFilterForTheAccelerator_data()
    {
        QTest::addColumn<Acceleration>("acceleration");
        QTest::addColumn<QString>("accel");
        QTest::addColumn<QString>("cpu");
        QTest::addColumn<bool>("filtered");
        QTest::newRow("TCG") << Acceleration::Tcg << u"tcg,thread=multi,tb-size=512"_s
                             << u"max,-erms,-fsrm,-fsrs"_s << true;
        QTest::newRow("KVM") << Acceleration::Kvm << u"kvm"_s << u"host,-vmx,-svm"_s << true;
        QTest::newRow("HVF") << Acceleration::Hvf << u"hvf"_s << u"host"_s << false;
        QTest::newRow("WHPX") << Acceleration::Whpx << u"whpx,kernel-irqchip=off"_s
                              << u"qemu64,+sse4.2,+popcnt,+aes"_s << false;
    }

    void choosesCpuAndFilterForTheAccelerator()
    {
        QFETCH(Acceleration, acceleration);

        const auto arguments = argumentsOf(spec(acceleration));

        QTEST(valueOf(arguments, u"-accel"_s), "accel");
        QTEST(valueOf(arguments, u"-cpu"_s), "cpu");
        QTEST(arguments.contains(u"-sandbox"_s), "filtered");
    }

    void isTheSameMachineOnEverySystem_data()
    {
        QTest::addColumn<Acceleration>("acceleration");
        QTest::newRow("Linux") << Acceleration::Kvm;
        QTest::newRow("macOS") << Acceleration::Hvf;
        QTest::newRow("Windows") << Acceleration::Whpx;
    }

    void isTheSameMachineOnEverySystem()
    {
        QFETCH(Acceleration, acceleration);

        QCOMPARE(withoutAcceleration(argumentsOf(spec(acceleration))),
            withoutAcceleration(argumentsOf(spec(Acceleration::Tcg))));
    }

    void fitsTheArmMachineOfAMac()
    {
        auto mac = spec(Acceleration::Hvf);
        mac.machineType = u"virt-10.0"_s;

        const auto arguments = argumentsOf(mac);

        QVERIFY(valueOf(arguments, u"-machine"_s).startsWith("virt-10.0,"_L1));
        QVERIFY(!valueOf(arguments, u"-machine"_s).contains(u"vmport"_s));
        QVERIFY(valueOf(arguments, u"-append"_s).startsWith("console=ttyAMA0"_L1));
    }

    void deniesSystemCallsThatAMachineDoesNotNeed()
    {
        QCOMPARE(valueOf(argumentsOf(spec()), u"-sandbox"_s),
            u"on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"_s);
    }

    void neverFollowsTheNameInADisksHeader()
    {
        const auto nodes = objectsOf(argumentsOf(spec()), u"-blockdev"_s);

        QCOMPARE(nodes.size(), 3);
        QCOMPARE(nodes[0][u"node-name"_s].toString(), u"root-base"_s);
        QCOMPARE(nodes[0][u"read-only"_s].toBool(), true);
        QCOMPARE(nodes[0][u"backing"_s], QJsonValue(QJsonValue::Null));
        QCOMPARE(nodes[1][u"node-name"_s].toString(), u"root"_s);
        QCOMPARE(nodes[1][u"backing"_s].toString(), u"root-base"_s);
        QCOMPARE(nodes[2][u"node-name"_s].toString(), u"work"_s);
        QCOMPARE(nodes[2][u"backing"_s], QJsonValue(QJsonValue::Null));
    }

    void statesEveryFormatAndPassesDiscards()
    {
        for (const auto &node : objectsOf(argumentsOf(spec()), u"-blockdev"_s)) {
            QCOMPARE(node[u"driver"_s].toString(), u"qcow2"_s);
            QCOMPARE(node[u"discard"_s].toString(), u"unmap"_s);
            QCOMPARE(node[u"file"_s][u"discard"_s].toString(), u"unmap"_s);
            QCOMPARE(node[u"auto-read-only"_s].toBool(true), false);
        }
    }

    void keepsCommasInPaths()
    {
        const auto nodes = objectsOf(argumentsOf(spec()), u"-blockdev"_s);

        QCOMPARE(nodes[1][u"file"_s][u"filename"_s].toString(), u"/s/root,1.qcow2"_s);
    }

    void namesDisksBySerial()
    {
        const auto devices = valuesOf(argumentsOf(spec()), u"-device"_s);

        QVERIFY(
            devices.contains(u"virtio-blk-pci,drive=root,serial=root,werror=stop,rerror=stop"_s));
        QVERIFY(
            devices.contains(u"virtio-blk-pci,drive=work,serial=work,werror=stop,rerror=stop"_s));
    }

    void connectsPortsToTheirSockets()
    {
        const auto arguments = argumentsOf(spec());

        QVERIFY(valuesOf(arguments, u"-chardev"_s)
                .contains(u"socket,id=port-egress,fd=10,server=on,wait=off"_s));
        QVERIFY(valuesOf(arguments, u"-device"_s)
                .contains(
                    u"virtserialport,bus=ports.0,nr=2,chardev=port-egress,name=org.paddock.egress"_s));
    }

    void hasNoSerialBusWithoutPorts()
    {
        auto bare = spec();
        bare.ports.clear();

        QVERIFY(!argumentsOf(bare).join(u' ').contains(u"virtio-serial"_s));
    }

    void mapsMemoryAsTheSpecSays_data()
    {
        QTest::addColumn<MemorySpec::Backing>("backing");
        QTest::addColumn<QByteArray>("object");
        QTest::newRow("anonymous")
            << MemorySpec::Backing::Anonymous
            << QByteArray(R"({"id":"ram","qom-type":"memory-backend-ram","size":1073741824})");
        QTest::newRow("template being made")
            << MemorySpec::Backing::SharedFile
            << QByteArray(
                   R"({"id":"ram","mem-path":"/t/ram","qom-type":"memory-backend-file","share":true,"size":1073741824})");
        QTest::newRow("fork")
            << MemorySpec::Backing::PrivateFile
            << QByteArray(
                   R"({"id":"ram","mem-path":"/t/ram","qom-type":"memory-backend-file","readonly":true,"rom":"off","share":false,"size":1073741824})");
    }

    void mapsMemoryAsTheSpecSays()
    {
        QFETCH(MemorySpec::Backing, backing);
        auto machine = spec();
        machine.memory.backing = backing;
        machine.memory.path = u"/t/ram"_s;

        const auto arguments = argumentsOf(machine);

        QTEST(valueOf(arguments, u"-object"_s).toUtf8(), "object");
        QVERIFY(valueOf(arguments, u"-machine"_s).contains(u"memory-backend=ram"_s));
    }

    void opensFilesByTheirNamesInsideTheConfinement()
    {
        const auto arguments = argumentsOf(spec(), QemuWiring::Files::ByInsideName);

        QCOMPARE(valueOf(arguments, u"-kernel"_s), u"/vm/kernel"_s);
        QVERIFY(!arguments.join(u' ').contains(u"/images"_s));
        QVERIFY(!arguments.join(u' ').contains(u"/s/"_s));
        for (const auto &file : filesOf(spec()))
            QVERIFY2(arguments.join(u' ').contains(file.inside), qPrintable(file.inside));
    }

    void grantsOnlyTheMachinesOwnDisksForWriting()
    {
        QStringList writable;
        for (const auto &file : filesOf(spec()))
            if (file.access == DiskSpec::Access::ReadWrite)
                writable << file.path;

        QCOMPARE(writable, (QStringList{u"/s/root,1.qcow2"_s, u"/s/work.qcow2"_s}));
    }

    void grantsTheMemoryFileAsEachWayOfStartingNeedsIt_data()
    {
        using Backing = MemorySpec::Backing;
        QTest::addColumn<Backing>("backing");
        QTest::addColumn<StartSpec>("start");
        QTest::addColumn<QStringList>("grants");
        QTest::newRow("boot") << Backing::Anonymous << StartSpec{} << QStringList();
        QTest::newRow("resume") << Backing::Anonymous
                                << StartSpec{.from = StartSpec::From::State, .state = u"/s/state"_s}
                                << QStringList();
        QTest::newRow("fork") << Backing::PrivateFile
                              << StartSpec{.from = StartSpec::From::DeviceState,
                                     .state = u"/t/state"_s}
                              << QStringList{u"/t/ram read"_s};
        QTest::newRow("template being made")
            << Backing::SharedFile << StartSpec{} << QStringList{u"/t/ram write"_s};
    }

    /// A state comes as a descriptor; nothing but disks, kernel and initrd is granted besides.
    void grantsTheMemoryFileAsEachWayOfStartingNeedsIt()
    {
        QFETCH(MemorySpec::Backing, backing);
        QFETCH(StartSpec, start);
        auto machine = spec();
        const auto usual = filesOf(machine).size();
        machine.memory.backing = backing;
        machine.memory.path = u"/t/ram"_s;
        machine.start = start;

        QStringList grants;
        for (const auto &file : filesOf(machine).sliced(usual))
            grants << file.path +
                          (file.access == DiskSpec::Access::ReadOnly ? u" read"_s : u" write"_s);
        QTEST(grants, "grants");
    }

    void takesTheCpuModelThatTheProbeFound()
    {
        auto nested = spec(Acceleration::Kvm);
        nested.cpuModel = u"host,-arch-capabilities"_s;

        QCOMPARE(valueOf(argumentsOf(nested), u"-cpu"_s), u"host,-arch-capabilities"_s);
    }

    void tellsTheKernelNothingOfTheSandbox()
    {
        const auto line = valueOf(argumentsOf(spec()), u"-append"_s);

        QVERIFY(line.contains(u"console=ttyS0"_s));
        QVERIFY(!line.contains(u"a1b2c3d4"_s));
    }
};

QTEST_GUILESS_MAIN(TestQemuCommand)
#include "tst_qemu_command.moc"
