#pragma once

#include "app/desktop/single_instance.h"
#include "ui/main_window/main_window.h"
#include "ui/tray/tray_icon.h"

#include <memory>

namespace desktop {

/// Builds everything and keeps it together; carries out wishes.
class Application : public QObject
{
    Q_OBJECT

public:
    /// Keys from the keychain, or from `secrets` where a test brings its own.
    Application(core::Paths paths,
        SingleInstance &instance,
        std::unique_ptr<core::SecretStore> secrets = nullptr);
    ~Application() override;

    void fulfil(const Wish &wish);
    [[nodiscard]] ui::MainWindow &window() { return m_window; }
    [[nodiscard]] ui::TrayIcon &tray() { return m_tray; }

private:
    void quit();

    core::Paths m_paths;
    std::unique_ptr<core::SecretStore> m_secrets;
    core::AgentCatalog m_agents;
    core::Sandboxes m_sandboxes;
    ui::MainWindow m_window;
    ui::TrayIcon m_tray;
};

} // namespace desktop
