#include "vmm/machine/confinement.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm;

namespace {

Confinement confinement()
{
    return {.bubblewrap = u"/usr/bin/bwrap"_s,
        .system = {.directories = {u"/usr"_s}, .links = {{u"/lib"_s, u"usr/lib"_s}}},
        .files = {{.path = u"/images/vmlinuz"_s, .inside = u"/vm/kernel"_s},
            {.path = u"/s/root.qcow2"_s,
                .inside = u"/vm/root.disk"_s,
                .access = DiskSpec::Access::ReadWrite}},
        .devices = {}};
}

/// The arguments that belong to bubblewrap, as one text with a space at both ends.
QString options(const CommandLine &command)
{
    return u' ' + command.arguments.first(command.arguments.indexOf(u"--"_s)).join(u' ') + u' ';
}

const CommandLine qemu{
    .program = u"/usr/bin/qemu-system-x86_64"_s, .arguments = {u"-nodefaults"_s}};

} // namespace

class TestConfinement : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void runsTheCommandUnchangedBehindTheOptions()
    {
        const auto command = confined(qemu, confinement());

        QCOMPARE(command.program, u"/usr/bin/bwrap"_s);
        const auto separator = command.arguments.indexOf(u"--"_s);
        QCOMPARE(
            command.arguments.mid(separator + 1), QStringList({qemu.program, u"-nodefaults"_s}));
    }

    void leavesNothingOfTheHostButWhatIsNamed()
    {
        const auto text = options(confined(qemu, confinement()));

        for (const auto &word : {u" --unshare-all "_s,
                 u" --die-with-parent "_s,
                 u" --new-session "_s,
                 u" --clearenv "_s,
                 u" --cap-drop ALL "_s,
                 u" --ro-bind /usr /usr "_s,
                 u" --symlink usr/lib /lib "_s})
            QVERIFY2(text.contains(word), qPrintable(word));
        QVERIFY(!text.contains(u"--share-net"_s));
        QVERIFY(!text.contains(u" /home"_s));
        QVERIFY(!text.contains(u" /etc "_s));
    }

    void mountsReadOnlyWhatIsReadOnly()
    {
        const auto text = options(confined(qemu, confinement()));

        QVERIFY(text.contains(u" --ro-bind /images/vmlinuz /vm/kernel "_s));
        QVERIFY(text.contains(u" --bind /s/root.qcow2 /vm/root.disk "_s));
    }

    void givesTheKvmDeviceOnlyWhenItIsUsed()
    {
        auto withKvm = confinement();
        withKvm.devices = {u"/dev/kvm"_s};

        QVERIFY(!options(confined(qemu, confinement())).contains(u"kvm"_s));
        QVERIFY(options(confined(qemu, withKvm)).contains(u" --dev-bind /dev/kvm /dev/kvm "_s));
    }

    void mountsAProgramThatIsNotTheSystems()
    {
        const CommandLine own{.program = u"/opt/qemu"_s, .arguments = {}};

        QVERIFY(
            options(confined(own, confinement())).contains(u" --ro-bind /opt/qemu /opt/qemu "_s));
    }
};

QTEST_GUILESS_MAIN(TestConfinement)
#include "tst_confinement.moc"
