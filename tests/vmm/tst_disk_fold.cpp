#include "tests/vmm/probe_machine.h"
#include "vmm/image/disk_backing.h"
#include "vmm/image/disk_merge.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/machine/machine.h"
#include "vmm/program.h"
#include "vmm/snapshot/disk_fold.h"
#include "vmm/snapshot/disk_switch.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

/// Files below a running machine become fewer, and it reads the same.
class TestDiskFold : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto found = ProbeMachine::find(m_cache.filePath(u"cache"_s));
        QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
        m_probe = *found;
    }

    /// A file for each disk that the machine starts with, each over the one before.
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        m_files.clear();
        for (const auto &disk : disks()) {
            QVERIFY(settled(createDisk(m_probe.host.qemuImg, file(disk + u"-0"_s), 64 << 20)));
            m_all[disk] = m_files[disk] = {file(disk + u"-0"_s)};
            QVERIFY(mark(disk, 1, 0, 32));
        }
        QVERIFY(addFiles(1));
        QVERIFY(addFiles(2));
        m_machine = machine();
        const auto started = settled(m_machine->start());
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QVERIFY(serve());
    }
    void cleanup() { m_machine.reset(); }

    void twoFilesBecomeOneBelowARunningMachine()
    {
        QVERIFY(layOver(3));
        QVERIFY(layOver(4));

        QVERIFY(fold(3)); // the two lowest
        QCOMPARE(m_machine->nodes().of(u"work"_s).size(), 4);
        QVERIFY(readsAsBefore());
        QVERIFY(fold(1)); // right below the one that is written
        QVERIFY(fold(1));
        QCOMPARE(m_machine->nodes().of(u"root"_s).size(), 2);
        QVERIFY(readsAsBefore());
        QVERIFY(layOver(5)); // and it goes on to be saved
        QVERIFY(fold(1));
        QVERIFY(readsAsBefore());

        QVERIFY(isAsKnown());
        for (const auto &disk : disks()) {
            const auto nodes = m_machine->nodes().of(disk);
            QCOMPARE(nodes.size(), 2);
            QCOMPARE(openFiles(disk), 2); // nothing else is held
            QVERIFY(isEqual(chainName(m_all[disk]), chainName(m_files[disk])));
        }
        QCOMPARE(descriptorSets(), 4);
        QCOMPARE(m_machine->state(), Machine::State::Running);
        QVERIFY(settled(m_machine->quit()));
    }

    void whatCannotBeDoneChangesNothing()
    {
        QVERIFY(layOver(3));
        const auto known = m_machine->nodes().of(u"work"_s);
        DiskFold missing(*m_machine,
            {{.disk = u"root"_s, .at = 1, .path = m_files[u"root"_s].last()},
                {.disk = u"work"_s, .at = 1, .path = file(u"none"_s)}});
        QCOMPARE(settled(missing.run()).error().kind, Error::Kind::Io);
        const auto noDisk = file(u"no-disk"_s);
        QFile made(noDisk);
        QVERIFY(made.open(QFile::WriteOnly) && made.write("none") == 4);
        made.close();
        DiskFold damaged(*m_machine, {{.disk = u"work"_s, .at = 1, .path = noDisk}});
        QCOMPARE(settled(damaged.run()).error().kind, Error::Kind::Refused);
        for (const qsizetype at : {0, 3, 9}) {
            DiskFold wrong(*m_machine, {{.disk = u"work"_s, .at = at, .path = noDisk}});
            QCOMPARE(settled(wrong.run()).error().kind, Error::Kind::InvalidSpec);
        }

        QCOMPARE(m_machine->nodes().of(u"work"_s), known);
        QVERIFY(isAsKnown());
        QCOMPARE(descriptorSets(), 2);
        QVERIFY(readsAsBefore());
        QVERIFY(fold(1));
        QVERIFY(readsAsBefore());
    }

private:
    static QStringList disks() { return {u"root"_s, u"work"_s}; }
    QString file(const QString &name) const { return m_directory->filePath(name); }

    std::unique_ptr<Machine> machine()
    {
        MachineSpec spec = m_probe.spec;
        spec.name = u"folded"_s;
        spec.kernelOptions = u"rdinit=/none panic=0"_s; // it runs as long as the test wants
        for (const auto &disk : disks())
            spec.disks << DiskSpec{
                .name = disk, .path = m_files[disk].first(), .layers = m_files[disk].sliced(1)};
        return std::make_unique<Machine>(
            spec, m_probe.host, Machine::Places{.runDirectory = file(u"run"_s)});
    }

    /// Each layer holds a MiB of its own, and one that the next hides.
    bool addFiles(int number)
    {
        for (const auto &disk : disks()) {
            const auto path = file(u"%1-%2"_s.arg(disk).arg(number));
            if (!settled(createOverlay(
                    m_probe.host.qemuImg, {.path = path, .basePath = m_files[disk].first()})))
                return false;
            m_files[disk].prepend(path);
            m_all[disk].prepend(path);
            if (!mark(disk, 10 + number, number, 2))
                return false;
        }
        return true;
    }

    bool mark(const QString &disk, int pattern, int atMiB, int sizeMiB)
    {
        const auto write = u"write -P %1 %2M %3M"_s.arg(pattern).arg(atMiB).arg(sizeMiB);
        const auto alone = // what lies below may be a running machine's
            uR"(json:{"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"%1"}})"_s
                .arg(m_files[disk].first());
        const auto run = settled(
            runProgram({.program = u"qemu-io"_s, .arguments = {u"-c"_s, write, alone}}, 20s));
        return run && run->exitCode == 0;
    }

    /// New files take over while it runs; they hold something before, which is as good here.
    bool layOver(int number)
    {
        if (!addFiles(number))
            return false;
        QList<DiskOverlay> overlays;
        for (const auto &disk : disks())
            overlays << DiskOverlay{.disk = disk, .path = m_files[disk].first()};
        DiskSwitch change(*m_machine, overlays);
        return settled(change.prepare()) && settled(change.commit());
    }

    bool fold(qsizetype at)
    {
        QList<DiskMerge> merges;
        for (const auto &disk : disks()) {
            auto &files = m_files[disk];
            const auto path = file(u"%1-merged-%2"_s.arg(disk).arg(++m_merged));
            const auto commands =
                mergeCommands(m_probe.host.qemuImg, {.files = files.sliced(at), .path = path});
            for (const auto &command : commands.value_or(QList<CommandLine>()))
                if (const auto run = settled(runProgram(command, 20s)); !run || run->exitCode != 0)
                    return false;
            merges << DiskMerge{.disk = disk, .at = at, .path = path};
            files.remove(at, 2);
            files.insert(at, path);
        }
        DiskFold change(*m_machine, merges);
        const auto done = settled(change.run());
        if (!done || !change.remains().isEmpty())
            qInfo("%s", qPrintable(done ? change.remains() : done.error().detail));
        return done && change.remains().isEmpty();
    }

    /// Compares all that the machine can read with what its files held before.
    bool readsAsBefore()
    {
        for (const auto &disk : disks()) {
            const auto node = m_machine->nodes().of(disk).first();
            const QJsonObject wish{{u"type"_s, u"nbd"_s},
                {u"id"_s, u"look"_s},
                {u"node-name"_s, node},
                {u"name"_s, disk}};
            const bool isThere = settled(
                m_machine->monitor()->execute({.name = u"block-export-add"_s, .arguments = wish}))
                                     .has_value();
            const auto shown = u"nbd+unix:///%1?socket=%2"_s.arg(disk, file(u"nbd"_s));
            const bool equal = isThere && isEqual(chainName(m_all[disk]), shown);
            query(u"block-export-del"_s, {{u"id"_s, u"look"_s}, {u"mode"_s, u"hard"_s}});
            if (!equal)
                return false;
        }
        return true;
    }
    /// For looking at what the machine reads.
    bool serve()
    {
        const auto socket = listenAt(file(u"nbd"_s));
        if (!socket ||
            !settled(m_machine->monitor()->sendWithDescriptor(
                {.name = u"getfd"_s, .arguments = {{u"fdname"_s, u"nbd"_s}}}, socket->number())))
            return false;
        const QJsonObject address{
            {u"type"_s, u"fd"_s}, {u"data"_s, QJsonObject{{u"str"_s, u"nbd"_s}}}};
        return settled(m_machine->monitor()->execute(
                           {.name = u"nbd-server-start"_s, .arguments = {{u"addr"_s, address}}}))
            .has_value();
    }

    QJsonValue query(const QString &command, const QJsonObject &arguments = {})
    {
        return settled(m_machine->monitor()->execute({.name = command, .arguments = arguments}))
            .value_or(QJsonValue());
    }
    bool isAsKnown() { return m_machine->nodes().compare(query(u"query-block"_s)).has_value(); }
    qsizetype descriptorSets() { return query(u"query-fdsets"_s).toArray().size(); }
    int openFiles(const QString &disk)
    {
        int count = 0;
        const auto nodes = query(u"query-named-block-nodes"_s).toArray();
        for (const auto node : nodes)
            count += int(node[u"drv"_s].toString() == "qcow2"_L1 &&
                         diskOf(node[u"node-name"_s].toString()).section(u'-', 0, 0) == disk);
        return count;
    }
    bool isEqual(const QString &one, const QString &other) const
    {
        const auto run = settled(runProgram(
            {.program = m_probe.host.qemuImg, .arguments = {u"compare"_s, u"-U"_s, one, other}},
            60s));
        return run && run->exitCode == 0;
    }

    std::optional<QTemporaryDir> m_directory;
    QTemporaryDir m_cache;
    ProbeMachine m_probe;
    std::unique_ptr<Machine> m_machine;
    QHash<QString, QStringList> m_files; ///< by disk, the one that is written first
    QHash<QString, QStringList> m_all;   ///< the same, as if nothing had been folded
    int m_merged = 0;
};

QTEST_GUILESS_MAIN(TestDiskFold)
#include "tst_disk_fold.moc"
