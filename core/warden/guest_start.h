#pragma once

#include "core/agents/agent.h"
#include "core/config/config.h"
#include "core/paths.h"
#include "core/warden/git_snapshot.h"
#include "core/warden/guest_control.h"
#include "core/warden/machine_plan.h"
#include "core/warden/outcome.h"
#include "core/warden/sandbox_state_files.h"

#include <QObject>

#include <chrono>

namespace core {

/// From a machine that runs to a guest that is this sandbox: the control port answers, the random
/// numbers are its own, and it has its configuration. Deleting it gives up.
class GuestStart : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        Paths paths;
        SandboxSettings settings;
        Agent agent;
        Config config;
        QByteArray caCertificate;
    };

    GuestStart(Setup setup, const SandboxStateFiles &stateFiles);

    /// Asks the host's own programs (apt, git) what the guest is to inherit; they work while the
    /// machine starts. To be called once, before `run`.
    void prepare();

    /// GuestSilent when the guest does not answer within `patience`, Failed with its own words when
    /// it refuses its configuration.
    Future<> run(GuestControl &control, LaunchWay way, std::chrono::milliseconds patience);
    /// The same without greeting a new machine: after a lost connection.
    Future<> repeat(GuestControl &control);

    [[nodiscard]] const GitSnapshot &git() const { return m_git; } ///< once reseeded

signals:
    /// The random numbers are its own, and git is known; the configuration is on its way.
    void reseeded();

private:
    Future<> takeGit();
    Future<> reseed(GuestControl &control);
    Future<> configure(GuestControl &control);

    Setup m_setup;
    const SandboxStateFiles &m_stateFiles;
    QByteArray m_aptConfiguration;
    GitSnapshot m_git;
    Outcome m_prepared;
};

} // namespace core
