#pragma once

#include "core/warden/api_server.h"
#include "core/warden/caretaker.h"
#include "core/warden/disks.h"
#include "core/warden/files.h"
#include "core/warden/guest_start.h"
#include "core/warden/launch.h"
#include "core/warden/network.h"
#include "core/warden/outcome.h"
#include "core/warden/sandbox_state_files.h"
#include "core/warden/secret_vault.h"
#include "core/warden/status_board.h"
#include "core/warden/template_warm.h"
#include "core/warden/terminals.h"
#include "core/warden/warden_setup.h"

#include <memory>

namespace core {

class Snapshots;

/// One sandbox while it runs: its machine, the control connection to its guest, gateway and
/// courier, its terminals and its local API. It lives as long as the machine does. One thread.
class Warden : public QObject
{
    Q_OBJECT

public:
    enum class Stop { Orderly, Forced };
    using Setup = WardenSetup;

    explicit Warden(Setup setup);
    ~Warden() override;
    /// Serves the API. The caller holds the sandbox's lock.
    Result<> serve();
    void start(const QHash<QString, QByteArray> &secrets);
    /// Last sync, shutdown, power off; each with a deadline, then by force. Done when it is off.
    Future<> stop(Stop how, std::chrono::milliseconds patience);

    /// The machine's state goes to the disk and the warden ends; what runs in terminals goes on at
    /// the next start. When that fails everything goes on.
    Future<> suspend();
    /// Done when commands can be run, failed when the launch has failed.
    Future<> whenReady();
    [[nodiscard]] QJsonObject status() const;
    [[nodiscard]] const SandboxSettings &settings() const { return m_setup.settings; }
    [[nodiscard]] QString logFile() const;
    [[nodiscard]] ApiServer &api() { return m_api; }
    [[nodiscard]] vmm::Machine *machine() const { return m_machine.get(); }
    /// These are null before the guest answers.
    [[nodiscard]] Terminals *terminals() const { return m_terminals.get(); }
    [[nodiscard]] Network *network() const { return m_network.get(); }
    [[nodiscard]] Files *files() const { return m_files.get(); }
    [[nodiscard]] Disks *disks() const { return m_disks.get(); }
    [[nodiscard]] Snapshots *snapshots() const { return m_snapshots.get(); }
    void setSecret(const QString &service, const QByteArray &value);

signals:
    void finished(); ///< the process may end

private:
    void launch(LaunchRequest::Templates templates);
    void launched(const Result<std::shared_ptr<vmm::Machine>> &machine);
    void guestReady(const Result<> &ready);
    void bootInstead(const Error &reason);
    void warmTemplate();
    void limitMachine();
    void startNetwork();
    void startFiles();
    void startCourier();
    void startCompanions();
    void startTerminals();
    void becomeReady();
    void reconnect(const QString &reason);
    void takeCare();
    void guestEvent(const QJsonObject &event);
    void machineEnded();
    void fail(const Error &error);
    void failUnlessItEnds(const Error &error);
    Future<> flushGuest();
    Future<> saveMachine();
    void startSnapshots();
    [[nodiscard]] bool isSaving() const;
    [[nodiscard]] vmm::TemplateIdentity identity() const;
    void goOnInstead(const Error &reason);
    Future<> shutDownGuest(std::chrono::milliseconds patience);
    void ended();
    void leaveWhenAlone();
    GuestControl::ConnectPort port(const QString &name);

    Setup m_setup;
    SandboxStateFiles m_stateFiles;
    StatusBoard m_board;
    SecretVault m_secrets;
    ApiServer m_api;
    AuthorityPem m_authority;
    std::unique_ptr<Launch> m_launch;
    std::shared_ptr<vmm::Machine> m_machine; // shared with the future that made it
    std::unique_ptr<GuestControl> m_control;
    std::unique_ptr<GuestStart> m_guestStart;
    std::unique_ptr<Disks> m_disks; // of the present machine
    std::unique_ptr<Terminals> m_terminals;
    std::unique_ptr<Network> m_network;
    std::unique_ptr<Files> m_files;
    std::unique_ptr<TemplateWarm> m_templateWarm;
    std::unique_ptr<Snapshots> m_snapshots; ///< from the first moment that it is ready
    std::unique_ptr<Caretaker> m_caretaker; ///< from the first moment that it is ready
    Outcome m_ready;
    Outcome m_stopped;
    bool m_stopping = false;
    bool m_suspending = false; ///< then it is stopping too
    bool m_unclean = false;
    bool m_leaving = false;
    bool m_crashed = false; ///< QEMU did, before the guest answered; once is forgiven
    int m_courierFailures = 0;
};

} // namespace core
