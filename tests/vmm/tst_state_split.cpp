#include "tests/vmm/probe_machine.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/snapshot/state_split.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;

/// A machine that is saved in the middle of its boot: whoever goes on from there ends the boot,
/// tells so and powers off.
class TestStateSplit : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto found = ProbeMachine::find(m_directory.filePath(u"cache"_s));
        QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
        m_host = found->host;
        m_machine = found->spec;
        m_machine.name = u"source"_s;
        m_machine.kernelOptions += u" loglevel=7 ignore_loglevel"_s;
        m_machine.disks = {DiskSpec{.name = u"work"_s, .path = file(u"work"_s)}};
        QVERIFY(settled(createDisk(m_host.qemuImg, file(u"work"_s), 64 << 20)));
        saveMidBoot();
    }
    void init() { QTest::failOnWarning(); }

    void twoMachinesGoOnFromOneFileOfRam()
    {
        QElapsedTimer timer;
        timer.start();
        StateSplit split(request(m_machine));

        const auto done = settled(split.run());

        QVERIFY2(done, done ? "" : qPrintable(done.error().detail));
        qInfo("split 256 MiB in %lld ms; %lld KiB of RAM on the disk, state of %lld KiB",
            timer.elapsed(),
            blocks(StateSplit::ram(parts())) / 2,
            QFileInfo(StateSplit::state(parts())).size() >> 10);
        QCOMPARE(QDir(parts()).entryList(QDir::Files), (QStringList{u"ram"_s, u"state"_s}));
        QVERIFY(QFileInfo(StateSplit::state(parts())).size() < 4 << 20);
        const auto before = QFileInfo(StateSplit::ram(parts())).lastModified();

        QVERIFY(fork(u"one"_s));
        QVERIFY(fork(u"two"_s));
        QList<Machine *> forks{m_forks[0].get(), m_forks[1].get()};
        for (auto *machine : forks) {
            const auto exit = settled(machine->awaitExit(60s));
            QVERIFY2(exit->reason == MachineExit::Reason::PoweredOff,
                qPrintable(exit->errorText + QString::fromUtf8(exit->consoleTail)));
            QVERIFY(machine->consoleTail().contains(probeAnswer));
            QVERIFY2(!machine->consoleTail().contains(firstWords), "it went on, it did not boot");
        }
        QCOMPARE(QFileInfo(StateSplit::ram(parts())).lastModified(), before);
    }

    void aStateThatIsNoneLeavesNothing()
    {
        auto machine = m_machine;
        machine.start.state = file(u"nonsense"_s);
        QFile nonsense(machine.start.state);
        QVERIFY(nonsense.open(QIODevice::WriteOnly) && nonsense.write(QByteArray(9000, 'x')) > 0);
        nonsense.close();
        QVERIFY(QDir(parts()).removeRecursively());
        StateSplit split(request(machine));

        const auto done = settled(split.run());

        QVERIFY(!done);
        QVERIFY2(!done.error().detail.isEmpty(), "QEMU's own words");
        QVERIFY(QDir(parts()).isEmpty());
    }

private:
    static constexpr char firstWords[] = "Linux version";

    QString file(const QString &name) const { return m_directory.filePath(name); }
    QString parts() const { return file(u"parts"_s); }

    static qint64 blocks(const QString &path)
    {
        struct stat info = {};
        return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_blocks : 0;
    }

    void saveMidBoot()
    {
        Machine source(m_machine, m_host, {.runDirectory = file(u"source"_s), .consoleLog = {}});
        QVERIFY(settled(source.start()));
        const auto port = source.connectPort(u"org.paddock.control"_s);
        QVERIFY(port);
        QVERIFY(QTest::qWaitFor([&] { return source.consoleTail().contains(firstWords); }, 60000));
        QVERIFY(settled(source.pause()));
        QVERIFY(!source.consoleTail().contains(probeAnswer));
        const auto saved = settled(source.saveState(file(u"saved"_s), SavedMemory::Inside));
        QVERIFY2(saved, saved ? "" : qPrintable(saved.error().detail));
        QVERIFY(settled(source.quit()));
        m_machine.start = {.from = StartSpec::From::State, .state = file(u"saved"_s)};
    }

    StateSplit::Request request(const MachineSpec &machine) const
    {
        QDir().mkpath(parts());
        return {.machine = machine,
            .host = m_host,
            .directory = parts(),
            .runDirectory = file(u"split"_s)};
    }

    bool fork(const QString &name)
    {
        auto spec = m_machine;
        spec.name = name;
        spec.memory.backing = MemorySpec::Backing::PrivateFile;
        spec.memory.path = StateSplit::ram(parts());
        spec.start = {.from = StartSpec::From::DeviceState, .state = StateSplit::state(parts())};
        auto &disk = spec.disks.front();
        const auto top = file(name + u".qcow2"_s);
        if (!settled(createOverlay(m_host.qemuImg, {.path = top, .basePath = disk.path})))
            return false;
        disk.layers.prepend(std::exchange(disk.path, top));
        m_forks.push_back(std::make_unique<Machine>(
            spec, m_host, Machine::Places{.runDirectory = file(name), .consoleLog = {}}));
        const auto started = settled(m_forks.back()->start());
        if (!started)
            qCritical("%s", qPrintable(started.error().detail));
        return started.has_value();
    }

    QTemporaryDir m_directory;
    HostCapabilities m_host;
    MachineSpec m_machine;
    std::vector<std::unique_ptr<Machine>> m_forks;
};

QTEST_GUILESS_MAIN(TestStateSplit)
#include "tst_state_split.moc"
