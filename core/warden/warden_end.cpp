#include "core/warden/vmm_error.h"
#include "core/warden/warden.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto lastSyncPatience = 15s;
constexpr auto requestPatience = 5s;
constexpr auto farewell = 100ms;          // lets the last answers leave
constexpr auto farewellAfterFailure = 3s; // lets clients ask why

QByteArray cleanTail(const QByteArray &console)
{
    constexpr qsizetype shown = 16 << 10;
    return TerminalFilter().feed(console.right(shown)).history;
}

Error machineError(const vmm::MachineExit &exit)
{
    return {
        .kind = Error::Kind::MachineFailed,
        .detail = u"the machine ended: %1 (%2)%3"_s.arg(toString(exit.reason))
            .arg(exit.code)
            .arg(exit.errorText.isEmpty() ? QString() : u": "_s + exit.errorText),
    };
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
    if (how == Stop::Forced)
        m_machine->quit();
    else
        shutDownGuest(patience);
    return m_stopped.future();
}

Future<> Warden::shutDownGuest(std::chrono::milliseconds patience)
{
    auto synced = m_files ? m_files->finish(lastSyncPatience) : ready(Result<>());
    return steps(this, std::move(synced))
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
    const auto exit = m_machine->exit().value_or(vmm::MachineExit{});
    if (m_files)
        m_files->stop();
    if (m_network)
        m_network->stop();
    if (exit.reason == vmm::MachineExit::Reason::PoweredOff)
        m_stateFiles.markStopped();
    if (m_stopping)
        return ended();
    if (!m_terminals && m_launch->way() != LaunchWay::Boot)
        return bootInstead(machineError(exit));
    if (exit.reason == vmm::MachineExit::Reason::PoweredOff &&
        m_board.status().state == SandboxState::Running) {
        stop(Stop::Orderly, 0ms);
        return;
    }
    fail(machineError(exit));
}

void Warden::fail(const Error &error)
{
    if (m_board.status().state == SandboxState::Failed)
        return;
    qWarning("failed: %s", qPrintable(error.detail));
    m_stateFiles.writeLastExit(
        error, m_machine ? cleanTail(m_machine->consoleTail()) : QByteArray());
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
