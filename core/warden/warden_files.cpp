#include "core/warden/restoring.h"
#include "core/warden/warden.h"

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int maxCourierFailures = 5; // before the first sync: then the launch has failed

LaunchProgress progressOf(const QJsonObject &sync)
{
    return {
        .done = sync.value("doneBytes"_L1).toInteger(),
        .total = sync.value("totalBytes"_L1).toInteger(),
        .text = u"Copying your files into the sandbox"_s,
    };
}

} // namespace

/// What the guest will need starts while it takes its configuration, and a fork's folder arrives
/// meanwhile; a repository has to wait until it is mounted where it will be.
void Warden::startCompanions()
{
    if (m_stopping || !m_control)
        return;
    startNetwork();
    startCourier();
    if (m_launch->way() == LaunchWay::Fork && m_guestStart->git().configuration.isEmpty())
        m_files->begin();
}

void Warden::startFiles()
{
    m_board.update([](WardenStatus &status) { status.stage = LaunchStage::Files; });
    m_board.enter(SandboxState::Syncing);
    m_files->begin();
    if (m_files->isSeeded())
        becomeReady();
}

void Warden::startCourier()
{
    m_files = std::make_unique<Files>(FilesSetup{
        .paths = m_setup.paths,
        .settings = m_setup.settings,
        .courierProgram = m_setup.programs.courier,
        .connectSync = port(u"sync"_s),
        .recovery = m_unclean,
        .restored = Restoring::isUnsettled(m_setup.paths.sandbox(m_setup.settings.id.value)),
        .git = m_guestStart->git().configuration,
        .bundle = m_guestStart->git().bundle,
    });
    connect(m_files.get(), &Files::refused, this, [this](const QString &reason) {
        fail({Error::Kind::SyncHalted, reason});
    });
    connect(m_files.get(), &Files::seeded, this, [this] {
        if (m_terminals) // else the configuration takes longer
            becomeReady();
    });
    connect(m_files.get(), &Files::inStep, this, [this] {
        Restoring::settle(m_setup.paths.sandbox(m_setup.settings.id.value));
    });
    connect(m_files.get(), &Files::ready, this, [this](const QString &confinement) {
        m_board.update([&](WardenStatus &status) { status.confinement.courier = confinement; });
    });
    connect(m_files.get(), &Files::changed, this, [this] {
        const auto &sync = m_files->status();
        m_board.update([&](WardenStatus &status) {
            status.sync = sync;
            if (status.state == SandboxState::Syncing)
                status.progress = progressOf(sync);
        });
        m_api.notify(u"sync"_s, sync);
    });
    connect(m_files.get(), &Files::down, this, [this](const QString &reason) {
        qWarning("courier: %s", qPrintable(reason));
        if (++m_courierFailures >= maxCourierFailures &&
            m_board.status().state == SandboxState::Syncing)
            fail({Error::Kind::Failed, u"the courier does not run: %1"_s.arg(reason)});
    });
    m_files->start();
}

} // namespace core
