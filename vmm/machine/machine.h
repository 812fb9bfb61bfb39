#pragma once

#include "vmm/descriptor.h"
#include "vmm/future.h"
#include "vmm/machine/block_nodes.h"
#include "vmm/machine/console.h"
#include "vmm/machine/host_capabilities.h"
#include "vmm/machine/machine_exit.h"
#include "vmm/machine/machine_spec.h"
#include "vmm/machine/qemu_command.h"
#include "vmm/machine/qemu_process.h"
#include "vmm/qmp/client.h"
#include "vmm/snapshot/migration.h"

#include <QObject>
#include <QPromise>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace vmm {

/// One virtual machine: a QEMU process, its monitor, its console and the sockets of its ports.
///
/// Every future resolves on the thread the machine lives on. QEMU dies with this object, and with
/// its process however that ends. A machine is started once; for another start make another one.
class Machine final : public QObject
{
    Q_OBJECT

public:
    enum class State { Off, Starting, Running, Paused, Stopping, Exited };
    Q_ENUM(State)

    struct Places
    {
        QString runDirectory = {}; ///< made 0700 when missing; the sockets of the ports go here
        QString consoleLog = {};   ///< at most 1 MiB, the older half at ".1"; empty: none
    };

    Machine(MachineSpec spec, HostCapabilities host, Places places);
    ~Machine() override; ///< kills QEMU when it still runs

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const MachineSpec &spec() const { return m_spec; }
    [[nodiscard]] BlockNodes &nodes() { return m_nodes; } ///< what its disks consist of by now
    [[nodiscard]] qint64 processId() const; ///< QEMU's, or the bubblewrap's around it; 0: none
    [[nodiscard]] const std::optional<MachineExit> &exit() const; ///< set in State::Exited
    [[nodiscard]] QByteArray consoleTail() const;                 ///< the last 64 KiB; guest bytes
    [[nodiscard]] qmp::Client *monitor() const { return m_monitor.get(); } ///< null before start()

    /// Opens the sockets and starts QEMU; done when its virtual CPUs run, from a state after it was
    /// loaded. Fails with InvalidSpec, Io or ProcessFailed (detail has QEMU's own words), with
    /// TimedOut when QEMU does not answer within 10 s.
    Future<> start();
    /// Called between the loading of a state and the first instruction; a failure ends the start.
    void beforeItRuns(std::function<Result<>()> gate) { m_gate = std::move(gate); }
    Future<> pause();
    Future<> resume();

    /// A new connection to a port, to own or to hand on. May be called as soon as start() has been;
    /// QEMU serves one at a time, so close the last one first. Greet on it and wait for the answer
    /// before sending more. InvalidSpec for an unknown name, else Io.
    [[nodiscard]] Result<Descriptor> connectPort(const QString &name) const;

    /// Presses the power button, then as awaitExit.
    Future<MachineExit> powerDown(std::chrono::milliseconds patience);
    /// Waits for a guest that was asked to shut down; when patience ends, as quit().
    Future<MachineExit> awaitExit(std::chrono::milliseconds patience);
    /// Ends QEMU without asking the guest; its disks are flushed. Killed after 5 s.
    Future<MachineExit> quit();
    void kill(); ///< ends QEMU with SIGKILL; never fails

    /// Writes the state to `path`, which must not exist; the machine stands still afterwards, and
    /// `resume` lets it go on. `held` is called before the last pages are written, with the machine
    /// standing still, and answers when they may be, or fails, and the save with it. No file is
    /// left of a failed save, and a machine that ran goes on.
    Future<> saveState(
        const QString &path, SavedMemory memory, std::function<Future<>()> held = {});

    Future<> dumpMemory(const QString &path); ///< RAM (ELF core) to a new file; it stands still

signals:
    void stateChanged(vmm::Machine::State state);
    void consoleReceived(const QByteArray &bytes); ///< guest bytes, as they come

private:
    Result<> open();
    void begin(QemuWiring wiring, const std::vector<Descriptor> &inherited);
    void monitorAnswered(const Result<qmp::Greeting> &greeting);
    Future<> loadState();
    void loaded(const Result<> &outcome);
    void handleEvent(const qmp::Event &event);
    void handleEnd(int exitCode, int signal);
    void setState(State state);
    Future<> run(const QString &command);
    void askToQuit();

    MachineSpec m_spec;
    HostCapabilities m_host;
    Places m_places;
    BlockNodes m_nodes;
    State m_state = State::Off;
    ExitFacts::Wish m_wish = ExitFacts::Wish::None;
    QString m_shutdownReason;
    std::optional<MachineExit> m_exit;
    std::function<Result<>()> m_gate;
    std::shared_ptr<QPromise<Result<>>> m_started = std::make_shared<QPromise<Result<>>>();
    std::shared_ptr<QPromise<Result<MachineExit>>> m_ended =
        std::make_shared<QPromise<Result<MachineExit>>>();
    QemuProcess m_process;
    std::unique_ptr<Console> m_console;
    std::unique_ptr<qmp::Client> m_monitor;
    std::unique_ptr<Migration> m_migration;
};

} // namespace vmm
