#include "vmm/machine/machine_spec.h"

#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace vmm;

namespace {

MachineSpec goodSpec()
{
    MachineSpec spec;
    spec.name = u"a1b2c3d4"_s;
    spec.kernel = u"/images/vmlinuz"_s;
    spec.initrd = u"/images/initrd, with comma"_s;
    spec.disks = {
        {.name = u"root"_s, .path = u"/s/root.qcow2"_s, .layers = {u"/images/root.qcow2"_s}}};
    spec.ports = {u"org.paddock.control"_s, u"org.paddock.sync"_s};
    return spec;
}

using Change = std::function<void(MachineSpec &)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TestMachineSpec : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void acceptsAnOrdinaryMachine() { QVERIFY(validate(goodSpec())); }

    void namesTheMemberThatIsWrong_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("word");
        const auto row = [](const char *name, const QString &word, const Change &change) {
            QTest::newRow(name) << change << word;
        };
        row("no name", u"name"_s, [](auto &s) { s.name.clear(); });
        row("option smuggled into the name", u"name"_s, [](auto &s) {
            s.name = u"a,debug-threads=off"_s;
        });
        row("no CPU", u"CPUs"_s, [](auto &s) { s.cpus = 0; });
        row("too many CPUs", u"CPUs"_s, [](auto &s) { s.cpus = 65; });
        row("too little memory", u"memory"_s, [](auto &s) { s.memory.sizeMiB = 64; });
        row("memory file without a path", u"memory"_s, [](auto &s) {
            s.memory.backing = MemorySpec::Backing::PrivateFile;
        });
        row("option smuggled into the machine type", u"machine type"_s, [](auto &s) {
            s.machineType = u"q35,usb=on"_s;
        });
        row("relative kernel path", u"kernel"_s, [](auto &s) { s.kernel = u"vmlinuz"_s; });
        row("line break in the kernel options", u"kernel options"_s, [](auto &s) {
            s.kernelOptions = u"a\nb"_s;
        });
        row("disk name with a comma", u"disk name"_s, [](auto &s) {
            s.disks[0].name = u"root,x=y"_s;
        });
        row("disk without a path", u"path of disk"_s, [](auto &s) { s.disks[0].path.clear(); });
        row("raw disk with a base", u"only qcow2"_s, [](auto &s) {
            s.disks[0].format = DiskFormat::Raw;
        });
        row("two disks of one name", u"two disks"_s, [](auto &s) { s.disks.append(s.disks[0]); });
        row("port with a slash", u"port"_s, [](auto &s) { s.ports[0] = u"../control"_s; });
        row("two ports with one socket", u"ports"_s, [](auto &s) {
            s.ports[1] = u"org.other.control"_s;
        });
    }

    void namesTheMemberThatIsWrong()
    {
        QFETCH(Change, change);
        QFETCH(QString, word);
        auto spec = goodSpec();
        change(spec);

        const auto result = validate(spec);

        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::InvalidSpec);
        QVERIFY2(result.error().detail.contains(word), qPrintable(result.error().detail));
    }

    void listensWhereTheLastPartOfThePortSays()
    {
        QCOMPARE(socketName(u"org.paddock.egress"_s), u"egress.sock"_s);
    }
};

QTEST_GUILESS_MAIN(TestMachineSpec)
#include "tst_machine_spec.moc"
