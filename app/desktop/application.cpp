#include "app/desktop/application.h"

#include "core/config/config.h"
#include "core/credentials/keychain_store.h"

#include <QApplication>

using namespace Qt::StringLiterals;

namespace desktop {

namespace {

std::unique_ptr<core::SecretStore> keychain(const core::Paths &paths)
{
    return std::make_unique<core::KeychainStore>(paths.config + u"/secrets.json"_s);
}

} // namespace

Application::Application(
    core::Paths paths, SingleInstance &instance, std::unique_ptr<core::SecretStore> secrets)
    : m_paths(std::move(paths))
    , m_secrets(secrets ? std::move(secrets) : keychain(m_paths))
    , m_agents(core::AgentCatalog::load(m_paths))
    , m_sandboxes(m_paths)
    , m_window({.sandboxes = m_sandboxes, .secrets = *m_secrets, .agents = m_agents})
    , m_tray(m_window.model())
{
    connect(&instance, &SingleInstance::wished, this, &Application::fulfil);
    connect(&m_window, &ui::MainWindow::quitAsked, this, &Application::quit);
    connect(&m_tray, &ui::TrayIcon::quitAsked, this, &Application::quit);
    connect(&m_tray, &ui::TrayIcon::newAsked, this, [this] { m_window.newSandbox(); });
    connect(&m_tray, &ui::TrayIcon::windowAsked, &m_window, &ui::MainWindow::raiseWindow);
    connect(&m_tray, &ui::TrayIcon::openAsked, this, [this](const core::SandboxId &id) {
        m_window.raiseWindow();
        m_window.open(id);
    });
    connect(&m_tray, &ui::TrayIcon::hostChanged, this, [this] {
        m_window.setTrayShown(m_tray.hasHost());
        if (!m_tray.hasHost() && m_window.isHidden())
            m_window.raiseWindow(); // never hidden to nowhere
    });
    m_window.setTrayShown(m_tray.hasHost());
    m_sandboxes.watch();
}

Application::~Application() = default;

void Application::fulfil(const Wish &wish)
{
    switch (wish.kind) {
    case Wish::Kind::Show:
        m_window.raiseWindow();
        return;
    case Wish::Kind::New:
        m_window.newSandbox(wish.folder, wish.agent);
        return;
    case Wish::Kind::Run:
        m_window.run(wish.agent, wish.folder);
        return;
    case Wish::Kind::Open:
        m_window.raiseWindow();
        if (const auto status = m_sandboxes.find(wish.sandbox))
            m_window.open(status->settings.id);
        return;
    case Wish::Kind::Quit:
        quit();
        return;
    }
}

void Application::quit()
{
    const core::Result<core::Config> config = core::loadConfig(m_paths.configFile());
    QList<QFuture<core::Result<>>> ends;
    const auto wish = config ? config->onQuit : core::OnQuit::Leave;
    for (const core::SandboxStatus &status : m_sandboxes.all()) {
        const core::SandboxId &id = status.settings.id;
        const bool running = status.state == core::SandboxState::Running;
        if (wish == core::OnQuit::Suspend && running)
            ends.append(m_sandboxes.suspend(id));
        else if (wish != core::OnQuit::Leave && !core::isOff(status.state))
            ends.append(m_sandboxes.stop(id, false));
    }
    m_window.hide();
    if (ends.isEmpty())
        QApplication::quit();
    else
        QtFuture::whenAll(ends.begin(), ends.end()).then(this, [](const auto &) {
            QApplication::quit();
        });
}

} // namespace desktop
