#include "core/warden/automatic_snapshots.h"
#include "core/warden/guest_run.h"
#include "core/warden/preflight.h"
#include "core/warden/snapshots.h"
#include "core/warden/suspend_image.h"
#include "core/warden/vmm_error.h"
#include "core/warden/warden.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto lastSyncPatience = 15s;
constexpr auto flushPatience = 30s;

} // namespace

/// What the guest has not written yet goes to its disks, so that they are whole even if the state
/// is never resumed.
Future<> Warden::flushGuest()
{
    return runInGuest(this, *m_control, {u"sync"_s}, flushPatience);
}

Future<> Warden::suspend()
{
    if (m_board.status().state != SandboxState::Running || m_stopping || isSaving())
        return ready(Result<>(std::unexpected(Error{Error::Kind::StateConflict,
            isSaving() ? u"a snapshot or a fork of it is being taken; try again in a moment"_s
                       : u"only a running sandbox can be suspended"_s})));
    // Measured: a quarter of an idle machine's memory is in the state.
    const auto room = readHostRoom(m_setup.paths.sandboxes());
    if (const auto enough = checkRoom(room, {.diskMiB = m_setup.settings.memoryMiB / 2}); !enough)
        return ready(enough);
    m_stopping = m_suspending = true;
    m_disks->release();
    m_board.enter(SandboxState::Stopping);
    return steps(this, m_snapshots ? m_snapshots->giveWay() : ready(Result<>()))
        .then([this] { return m_files->finish(lastSyncPatience); })
        .then([this] { return m_disks->tidy(); })
        .then([this] { return flushGuest(); })
        .then([this] { return m_terminals->park(); })
        .then([this] { return saveMachine(); })
        .finally([this](const Result<> &saved) {
            if (!saved)
                goOnInstead(saved.error());
        });
}

bool Warden::isSaving() const
{
    return m_snapshots && m_snapshots->isBusy();
}

void Warden::startSnapshots()
{
    if (m_snapshots)
        return;
    const auto obstacle = [this]() -> std::optional<Error> {
        if (const auto why = m_disks ? m_disks->standsStill() : std::nullopt)
            return why;
        const auto state = m_board.status().state;
        if (state != SandboxState::Running || m_stopping)
            return Error{Error::Kind::StateConflict,
                u"only a running sandbox can be saved, and it is %1"_s.arg(toString(state))};
        if (m_disks && m_disks->keeper() && m_disks->keeper()->isGrowing())
            return Error{Error::Kind::StateConflict, u"its disks are growing just now"_s};
        return std::nullopt;
    };
    m_snapshots = std::make_unique<Snapshots>(Snapshots::Setup{
        .save = {.sandboxDirectory = m_setup.paths.sandbox(m_setup.settings.id.value),
            .qemuImg = m_launch->groundwork().host.qemuImg,
            .machine = *m_machine,
            .terminals = *m_terminals,
            .flush = [this] { return flushGuest(); },
            .epoch = [this] { return m_board.status().sync.value("epoch"_L1).toString(); }},
        .board = m_board,
        .settings = [this] { return m_setup.settings; },
        .identity = [this] { return identity(); },
        .obstacle = obstacle,
        .diskFloorGiB = m_setup.config.diskFloorGiB});
    auto *automatic =
        new AutomaticSnapshots(*m_snapshots, *m_terminals, [file = m_setup.paths.configFile()] {
            return loadConfig(file).value_or(Config()); // a user may change it while it runs
        });
    automatic->setParent(m_snapshots.get());
}

Future<> Warden::saveMachine()
{
    const SuspendImage image(m_setup.paths.sandbox(m_setup.settings.id.value));
    m_disks.reset();
    const auto path = image.begin();
    if (!path)
        return ready(Result<>(std::unexpected(path.error())));
    m_control->close();
    return steps(this, fromVmm(this, m_machine->pause()))
        .then([this, path = *path] {
            return fromVmm(this, m_machine->saveState(path, vmm::SavedMemory::Inside));
        })
        .then([this, image] { return ready(image.keep(identity(), m_terminals->saved())); })
        .then([this] {
            m_stateFiles.markStopped(); // it goes on as it was left
            return fromVmm(this, m_machine->quit());
        })
        .then([](const vmm::MachineExit &) { return ready(Result<>()); })
        .finally([](const Result<> &) {});
}

vmm::TemplateIdentity Warden::identity() const
{
    const auto &settings = m_setup.settings;
    auto identity = templateIdentity(
        m_launch->groundwork(), settings.cpus, settings.memoryMiB, settings.diskGiB);
    identity.machineType = settings.machineType;
    return identity;
}

/// The sandbox could not be suspended; nothing of it is lost.
void Warden::goOnInstead(const Error &reason)
{
    qWarning("not suspended: %s", qPrintable(reason.detail));
    SuspendImage(m_setup.paths.sandbox(m_setup.settings.id.value)).discard();
    if (m_board.status().state == SandboxState::Failed)
        return;
    if (!m_machine || m_machine->exit())
        return ended();
    m_stopping = m_suspending = false;
    m_stateFiles.markRunning();
    m_disks = std::make_unique<Disks>(m_setup, m_board, *m_machine);
    m_board.addNotice(u"The sandbox could not be suspended and goes on: %1"_s.arg(reason.detail));
    steps(this, fromVmm(this, m_machine->resume()))
        .then([this] {
            return m_control->isOpen() ? ready(Result<>()) : m_guestStart->repeat(*m_control);
        })
        .finally([this](const Result<> &again) {
            if (!again)
                return failUnlessItEnds(again.error());
            m_terminals->resume();
            startCourier();
            startFiles();
        });
}

} // namespace core
