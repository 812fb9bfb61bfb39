#include "tests/eventually.h"
#include "tests/settled.h"
#include "vmm/machine/machine.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <signal.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace vmm;
using State = Machine::State;
using Reason = MachineExit::Reason;

/// With fake_qemu, inside and outside of a confinement.
class TestMachine : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }
    void cleanup() { m_machine.reset(); }

    void startsPausesResumesAndQuits()
    {
        make({});
        QSignalSpy states(&*m_machine, &Machine::stateChanged);

        QVERIFY(settled(m_machine->start()));
        QCOMPARE(m_machine->state(), State::Running);
        QVERIFY(settled(m_machine->pause()));
        QCOMPARE(m_machine->state(), State::Paused);
        QVERIFY(settled(m_machine->resume()));
        QCOMPARE(m_machine->state(), State::Running);
        const auto exit = settled(m_machine->quit());

        QVERIFY(exit);
        QCOMPARE(toString(exit->reason), u"quit"_s);
        QCOMPARE(m_machine->state(), State::Exited);
        QList<State> seen;
        for (const auto &change : states)
            seen << change[0].value<State>();
        QCOMPARE(seen,
            (QList{State::Starting,
                State::Running,
                State::Paused,
                State::Running,
                State::Stopping,
                State::Exited}));
    }

    void worksInsideTheConfinement()
    {
        const auto bubblewrap = QStandardPaths::findExecutable(u"bwrap"_s);
        QVERIFY2(!bubblewrap.isEmpty(), "packaging/setup.sh installs it");
        make("console hello", bubblewrap);

        const auto started = settled(m_machine->start());
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        auto port = m_machine->connectPort(u"org.paddock.control"_s);

        QVERIFY(port);
        QCOMPARE(echoed(*port, "ping"), "ping");
        QTRY_COMPARE(m_machine->consoleTail(), "hello\n");
        QCOMPARE(toString(settled(m_machine->quit())->reason), u"quit"_s);
    }

    void tellsHowTheGuestEnded_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("reason");
        QTest::newRow("powered off") << QByteArray("poweroff") << toString(Reason::PoweredOff);
        QTest::newRow("rebooted") << QByteArray("reset") << toString(Reason::Rebooted);
        QTest::newRow("panicked") << QByteArray(
                                         "console Kernel panic - not syncing: no init\nreset")
                                  << toString(Reason::Panicked);
        QTest::newRow("killed") << QByteArray("signal 9") << toString(Reason::Killed);
        QTest::newRow("crashed") << QByteArray("signal 11") << toString(Reason::Failed);
    }

    void tellsHowTheGuestEnded()
    {
        QFETCH(QByteArray, script);
        make(script);

        m_machine->start();

        QTRY_VERIFY(m_machine->exit());
        QTEST(toString(m_machine->exit()->reason), "reason");
        QCOMPARE(m_machine->state(), State::Exited);
    }

    void failsWithQemusOwnWords()
    {
        make("stderr qemu: no such machine\nexit 1");

        const auto started = settled(m_machine->start());

        QVERIFY(!started);
        QCOMPARE(started.error().kind, Error::Kind::ProcessFailed);
        QCOMPARE(started.error().detail, u"qemu: no such machine"_s);
        QCOMPARE(toString(m_machine->exit()->reason), u"failed"_s);
        QCOMPARE(m_machine->exit()->code, 1);
    }

    void failsWithoutQemu()
    {
        make({}, {}, u"/nonexistent/qemu"_s);

        const auto started = settled(m_machine->start());

        QVERIFY(!started);
        QCOMPARE(started.error().kind, Error::Kind::ProcessFailed);
        QVERIFY(started.error().detail.contains(u"/nonexistent/qemu"_s));
    }

    void failsForAFileThatIsMissing()
    {
        make({});
        QFile::remove(m_directory->filePath(u"initrd"_s));

        const auto started = settled(m_machine->start());

        QCOMPARE(started.error().kind, Error::Kind::ImageMissing);
        QCOMPARE(m_machine->state(), State::Exited);
    }

    void servesAPortAgainAfterAReconnect()
    {
        make({});
        QVERIFY(settled(m_machine->start()));

        for (const auto *word : {"first", "second"}) {
            auto port = m_machine->connectPort(u"org.paddock.control"_s);
            QVERIFY(port);
            QCOMPARE(echoed(*port, word), word);
        }
        QCOMPARE(
            m_machine->connectPort(u"org.paddock.other"_s).error().kind, Error::Kind::InvalidSpec);
    }

    void keepsItsSocketsPrivate()
    {
        make({});
        QVERIFY(settled(m_machine->start()));

        constexpr auto others =
            QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        const auto socket = m_directory->filePath(u"run/control.sock"_s);
        QVERIFY(QFileInfo::exists(socket));
        QVERIFY(!(QFile::permissions(socket) & others));
        QVERIFY(
            !(QFile::permissions(m_directory->filePath(u"run"_s)) & (others | QFile::ExeOther)));
    }

    void powersDownByItsButton()
    {
        make({});
        QVERIFY(settled(m_machine->start()));

        QCOMPARE(toString(settled(m_machine->powerDown(5s))->reason), u"poweredOff"_s);
    }

    void quitsAGuestThatDoesNotPowerDown()
    {
        make("ignore system_powerdown");
        QVERIFY(settled(m_machine->start()));

        QCOMPARE(toString(settled(m_machine->powerDown(50ms))->reason), u"quit"_s);
    }

    void dumpsMemoryThroughADescriptor()
    {
        make({});
        QVERIFY(settled(m_machine->start()));
        const auto path = m_directory->filePath(u"dump"_s);

        QVERIFY(settled(m_machine->dumpMemory(path)));
        QCOMPARE(QFileInfo(path).size(), 4);
        QVERIFY2(!settled(m_machine->dumpMemory(path)), "an existing file is not written over");
    }

    void boundsTheConsolesFile()
    {
        QByteArray script;
        for (int i = 0; i < 400; ++i)
            script += "console " + QByteArray(4000, 'x') + '\n';
        make(script);

        QVERIFY(settled(m_machine->start()));
        const auto log = m_directory->filePath(u"console.log"_s);
        QTRY_VERIFY(QFileInfo::exists(log + u".1"_s));
        QCOMPARE(toString(settled(m_machine->quit())->reason), u"quit"_s);

        QVERIFY(QFileInfo(log).size() <= Console::fileBytes);
        QVERIFY(QFileInfo(log + u".1"_s).size() <= Console::fileBytes);
        QCOMPARE(m_machine->consoleTail().size(), Console::tailBytes);
    }

    void takesQemuWithItWhenItGoes()
    {
        make({});
        QVERIFY(settled(m_machine->start()));
        const auto process = static_cast<pid_t>(m_machine->processId());
        QVERIFY(::kill(process, 0) == 0);

        m_machine.reset();

        QTRY_VERIFY(::kill(process, 0) != 0);
    }

    void startsOnlyOnce()
    {
        make({});
        QVERIFY(settled(m_machine->start()));

        QCOMPARE(settled(m_machine->start()).error().kind, Error::Kind::InvalidSpec);
    }

private:
    void make(const QByteArray &script,
        const QString &bubblewrap = {},
        const QString &qemu = QStringLiteral(FAKE_QEMU))
    {
        write(u"kernel"_s, "#fake-qemu\n" + script + '\n');
        write(u"initrd"_s, "initrd");
        HostCapabilities host;
        host.qemu = qemu;
        host.machineType = u"pc-q35-10.0"_s;
        host.bubblewrap = bubblewrap;
        MachineSpec spec;
        spec.name = u"test"_s;
        spec.kernel = m_directory->filePath(u"kernel"_s);
        spec.initrd = m_directory->filePath(u"initrd"_s);
        spec.ports = {u"org.paddock.control"_s};
        m_machine = std::make_unique<Machine>(spec,
            host,
            Machine::Places{.runDirectory = m_directory->filePath(u"run"_s),
                .consoleLog = m_directory->filePath(u"console.log"_s)});
    }

    void write(const QString &name, const QByteArray &content)
    {
        QFile file(m_directory->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    static QByteArray echoed(const Descriptor &port, const QByteArray &bytes)
    {
        QByteArray received;
        char buffer[64];
        if (::write(port.number(), bytes.constData(), static_cast<size_t>(bytes.size())) < 0)
            return {};
        (void)QTest::qWaitFor([&] {
            const auto count = ::read(port.number(), buffer, sizeof buffer);
            if (count > 0)
                received.append(buffer, count);
            return received.size() >= bytes.size();
        });
        return received;
    }

    std::optional<QTemporaryDir> m_directory;
    std::unique_ptr<Machine> m_machine;
};

QTEST_GUILESS_MAIN(TestMachine)
#include "tst_machine.moc"
