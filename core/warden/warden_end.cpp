#include "core/warden/machine_failure.h"
#include "core/warden/snapshots.h"
#include "core/warden/warden.h"

#include <QDir>
#include <QFile>

#include <csignal>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto signOfLifePatience = 15s;
constexpr auto lastSyncPatience = 15s;
constexpr auto requestPatience = 5s;
constexpr auto lastWords = 1s;
constexpr auto farewell = 100ms;          // lets the last answers leave
constexpr auto farewellAfterFailure = 3s; // lets clients ask why

/// QEMU emulating several processors can trip over itself while a machine boots (seen: the
/// assertion in iotlb_to_section, once in some fifty boots under load); the next start goes well.
bool isCrash(const vmm::MachineExit &exit)
{
    return exit.reason == vmm::MachineExit::Reason::Failed &&
           (exit.code == SIGABRT || exit.code == SIGSEGV);
}

} // namespace

Future<> Warden::stop(Stop how, std::chrono::milliseconds patience)
{
    const bool first = !std::exchange(m_stopping, true);
    if (!first && how == Stop::Orderly)
        return m_stopped.future();
    m_board.enter(SandboxState::Stopping);
    m_ready.settle(
        std::unexpected(Error{Error::Kind::StateConflict, u"the sandbox is being stopped"_s}));
    m_launch.reset();
    if (!m_machine || m_machine->exit()) {
        ended();
        return m_stopped.future();
    }
    if (m_disks)
        m_disks->release();
    if (m_snapshots)
        m_snapshots->giveWay();
    if (how == Stop::Forced)
        m_machine->quit();
    else
        shutDownGuest(patience);
    return m_stopped.future();
}

Future<> Warden::shutDownGuest(std::chrono::milliseconds patience)
{
    const bool silent = m_board.status().failure.has_value();
    // One that hangs is found out once, and not at each step.
    return steps(this, m_control->request("GET", "/status", {}, signOfLifePatience))
        .then([this, silent](const QByteArray &) {
            return m_files && !silent ? m_files->finish(lastSyncPatience) : ready(Result<>());
        })
        .then([this] { return m_disks->tidy(); })
        .then([this] {
            return m_control->request(
                "POST", "/shutdown", R"({"mode":"poweroff"})", requestPatience);
        })
        .finally([this, patience](const Result<QByteArray> &asked) {
            if (asked)
                m_machine->awaitExit(patience);
            else
                m_machine->quit();
        })
        .then(this, [](const Result<QByteArray> &) -> Result<> { return {}; });
}

void Warden::machineEnded()
{
    using Reason = vmm::MachineExit::Reason;
    if (m_board.status().state == SandboxState::Failed)
        return;
    const auto exit = m_machine->exit().value_or(vmm::MachineExit{});
    if (m_files)
        m_files->stop();
    if (m_network)
        m_network->stop();
    if (exit.reason == Reason::PoweredOff)
        m_stateFiles.markStopped();
    const bool asTold = exit.reason == Reason::Quit || exit.reason == Reason::PoweredOff;
    if (m_stopping && (!m_suspending || asTold))
        return ended();
    const bool again = isCrash(exit) && !std::exchange(m_crashed, true);
    const bool gaveUp = !endedFromOutside(exit);
    if (!m_terminals && gaveUp && (again || m_launch->way() != LaunchWay::Boot))
        return bootInstead(machineFailure(exit));
    const auto state = m_board.status().state;
    if (exit.reason == Reason::PoweredOff &&
        (state == SandboxState::Running || state == SandboxState::NotAnswering)) {
        stop(Stop::Orderly, 0ms);
        return;
    }
    fail(machineFailure(exit));
}

/// A connection that closes is mostly the end of the machine, which tells more in a moment.
void Warden::failUnlessItEnds(const Error &error)
{
    QTimer::singleShot(lastWords, this, [this, error, machine = m_machine] {
        if (machine == m_machine && machine && !machine->exit() && !m_stopping)
            fail(error);
    });
}

void Warden::fail(const Error &error)
{
    if (m_board.status().state == SandboxState::Failed)
        return;
    qWarning("failed: %s", qPrintable(error.detail));
    const auto console = m_machine ? cleanConsole(m_machine->consoleTail()) : QByteArray();
    const auto words = consoleExcerpt(QString::fromUtf8(console), 20);
    for (const auto &line : words) // where it is looked for first
        qInfo("console: %s", qPrintable(line));
    m_stateFiles.writeLastExit(error, console);
    m_board.update([&](WardenStatus &status) { status.failure = error; });
    m_board.enter(SandboxState::Failed);
    m_ready.settle(std::unexpected(error));
    if (m_files)
        m_files->stop();
    if (m_network)
        m_network->stop();
    if (m_machine)
        m_machine->kill();
    QTimer::singleShot(farewellAfterFailure, this, [this] {
        m_leaving = true;
        leaveWhenAlone();
        QTimer::singleShot(farewellAfterFailure, this, &Warden::finished);
    });
}

void Warden::ended()
{
    if (m_leaving)
        return;
    m_leaving = true;
    // What waits for a terminal that cannot come back hears of it first.
    m_caretaker.reset();
    m_terminals.reset();
    m_control.reset();
    const auto runtime = m_setup.paths.runtimeOf(m_setup.settings.id.value);
    QFile::remove(m_setup.paths.wardenSocket(m_setup.settings.id.value));
    QDir(runtime + u"/vm"_s).removeRecursively();
    QDir().rmdir(runtime);
    m_stopped.settle({});
    QTimer::singleShot(farewell, this, &Warden::finished);
}

void Warden::leaveWhenAlone()
{
    if (m_leaving && m_board.status().state == SandboxState::Failed && m_api.clients() == 0)
        emit finished();
}

} // namespace core
