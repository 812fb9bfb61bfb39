#include "core/warden/caretaker.h"
#include "fake_guest.h"
#include "tests/eventually.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <ranges>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

/// What a warden does when the computer has slept, or when its clock was set.
class TestCaretaker : public QObject
{
    Q_OBJECT

private:
    std::optional<QTemporaryDir> m_directory;
    std::unique_ptr<vmm::Machine> m_machine;
    std::unique_ptr<FakeGuest> m_guest;
    std::unique_ptr<GuestControl> m_control;
    std::unique_ptr<StatusBoard> m_board;
    std::unique_ptr<Caretaker> m_caretaker;
    QElapsedTimer m_time;
    std::chrono::milliseconds m_slept;
    std::chrono::milliseconds m_wasSet;

    static constexpr auto start = 1'800'000'000'000ms;

    [[nodiscard]] HostClocks clocks() const
    {
        const auto passed = std::chrono::milliseconds(m_time.elapsed());
        return {
            .real = start + passed + m_slept + m_wasSet, .boot = passed + m_slept, .awake = passed};
    }

    void startMachine()
    {
        const auto write = [this](const QString &name, const QByteArray &content) {
            QFile file(m_directory->filePath(name));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(content);
        };
        write(u"kernel"_s, "#fake-qemu\n");
        write(u"initrd"_s, "initrd");
        vmm::HostCapabilities host;
        host.qemu = QStringLiteral(FAKE_QEMU);
        host.machineType = u"pc-q35-10.0"_s;
        vmm::MachineSpec spec;
        spec.name = u"test"_s;
        spec.kernel = m_directory->filePath(u"kernel"_s);
        spec.initrd = m_directory->filePath(u"initrd"_s);
        m_machine = std::make_unique<vmm::Machine>(spec,
            host,
            vmm::Machine::Places{
                .runDirectory = m_directory->filePath(u"run"_s), .consoleLog = {}});
        const auto started = m_machine->start();
        QTRY_VERIFY(started.isFinished() && started.result());
    }

    /// What the guest was told the time is, last.
    [[nodiscard]] std::chrono::milliseconds told() const
    {
        for (const auto &body : std::views::reverse(m_guest->bodies()))
            if (const auto time = QJsonDocument::fromJson(body).object().value("realtimeNs"_L1);
                !time.isUndefined())
                return std::chrono::milliseconds(time.toInteger() / 1'000'000);
        return 0ms;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        m_time.start();
        m_slept = m_wasSet = 0ms;
        startMachine();
        m_guest = std::make_unique<FakeGuest>();
        m_guest->setStatus(R"({"realtimeMs":1800000000000})");
        m_control = std::make_unique<GuestControl>([this] { return m_guest->connectPort(); });
        const auto opened = m_control->open(5s);
        QTRY_VERIFY(opened.isFinished() && opened.result());
        m_board = std::make_unique<StatusBoard>();
        m_board->enter(SandboxState::Running);
        m_time.restart();
        m_caretaker = std::make_unique<Caretaker>(Caretaker::Parts{.control = *m_control,
            .machine = *m_machine,
            .board = *m_board,
            .isBusy = [] { return false; },
            .isWatched = [] { return true; },
            .idleLimit = [] { return 0ms; },
            .clocks = [this] { return clocks(); },
            .period = 20ms});
    }
    void cleanup()
    {
        m_caretaker.reset();
        m_control.reset();
        m_guest.reset();
        const auto ended = m_machine->quit();
        QTRY_VERIFY(ended.isFinished());
        m_machine.reset();
    }

    void aGuestThatSleptWithTheComputerIsToldTheTime()
    {
        const QSignalSpy slept(m_caretaker.get(), &Caretaker::slept);
        QTRY_VERIFY(m_guest->requests().count(u"GET /status"_s) > 2);
        QCOMPARE(told(), 0ms);

        m_slept = 1h;

        QTRY_COMPARE(slept.count(), 1);
        QCOMPARE(slept.first().first().value<std::chrono::milliseconds>(), 1h);
        QTRY_VERIFY(told() >= start + 1h);
        QVERIFY(told() < start + 1h + 10s);
        QCOMPARE(toString(m_board->status().state), u"running"_s);
    }

    void aClockThatWasSetIsNoSleep()
    {
        const QSignalSpy slept(m_caretaker.get(), &Caretaker::slept);
        m_wasSet = 10 * 365 * 24h;

        QTRY_VERIFY(told() >= start + m_wasSet);

        QCOMPARE(slept.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCaretaker)
#include "tst_caretaker.moc"
