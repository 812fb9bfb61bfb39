#include "app/warden/start_line.h"
#include "core/agents/agent_catalog.h"
#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_process.h"
#include "core/warden/guest_part.h"
#include "core/warden/host_shutdown.h"
#include "core/warden/log_file.h"
#include "core/warden/restoring.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/warden.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <optional>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto stopPatience = 30s;
int signalPipe[2];

/// Secrets live in this process: no core dumps, no ptrace by others of the same user.
void harden()
{
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    ::umask(077);
    std::signal(SIGPIPE, SIG_IGN);
}

/// The session or the computer ends: what runs is kept, if the user wants that, or stopped.
void end(core::Warden &warden, bool keep)
{
    const auto stop = [&warden] { warden.stop(core::Warden::Stop::Orderly, stopPatience); };
    if (!keep)
        return stop();
    warden.suspend().then(&warden, [stop](const core::Result<> &suspended) {
        if (!suspended)
            stop();
    });
}

void watchSignals(core::Warden &warden, bool keep)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, signalPipe) != 0)
        return;
    auto *notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, &warden);
    QObject::connect(notifier, &QSocketNotifier::activated, &warden, [&warden, keep] {
        char byte = 0;
        while (::read(signalPipe[0], &byte, 1) > 0) {
        }
        end(warden, keep);
    });
    const auto tell = [](int) { [[maybe_unused]] const auto n = ::write(signalPipe[1], "s", 1); };
    std::signal(SIGTERM, tell);
    std::signal(SIGINT, tell);
}

/// Ends what a power cut or a kill has left half done.
core::Result<> putRight(const QString &directory)
{
    const core::Restoring restoring(directory);
    const auto restored = restoring.finish();
    if (!restored && restoring.isBegun())
        return restored;
    if (!restored)
        qWarning("a restore was given up: %s", qPrintable(restored.error().detail));
    core::SnapshotStore(directory).sweepAll();
    return {};
}

/// What this sandbox is, from its directory.
core::Result<core::Warden::Setup> readSetup(const core::Paths &paths, const core::SandboxId &id)
{
    const auto settings = core::readSettings(paths, id);
    if (!settings)
        return std::unexpected(settings.error());
    const auto agent = core::AgentCatalog::load(paths).find(settings->agent);
    if (!agent)
        return std::unexpected(agent.error());
    const auto config = core::loadConfig(paths.configFile());
    if (!config)
        return std::unexpected(config.error());
    return core::Warden::Setup{
        .paths = paths,
        .settings = *settings,
        .agent = *agent,
        .config = *config,
        .programs = {.gateway = core::companionProgram(u"paddock-gateway"_s),
            .courier = core::companionProgram(u"paddock-courier"_s),
            .guestPart = core::guestPart(),
            .imageDirectory = qEnvironmentVariable("PADDOCK_IMAGE")},
    };
}

int refuse(const core::Error &error)
{
    reportError(error);
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    harden();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationVersion(QStringLiteral(PADDOCK_VERSION));
    const core::SandboxId id{application.arguments().value(1)};
    if (argc != 2 || !id.isValid())
        return refuse({core::Error::Kind::Usage, u"usage: paddock-warden SANDBOX-ID"_s});
    const auto secrets = readSecrets();
    const auto paths = core::Paths::fromEnvironment();
    const auto lock = core::FileLock::take(paths.sandbox(id.value) + u"/lock"_s, 300ms);
    if (!lock)
        return refuse({core::Error::Kind::StateConflict,
            u"the sandbox is running already, or is not there"_s});
    if (const auto ready = putRight(paths.sandbox(id.value)); !ready)
        return refuse(ready.error());
    auto setup = readSetup(paths, id);
    if (!setup)
        return refuse(setup.error());
    const auto logs = paths.sandbox(id.value) + u"/log"_s;
    core::makePrivateDirectory(logs);
    core::boundOwnLog(logs + u"/warden.log"_s);

    const bool keep = setup->config.suspendOnShutdown;
    core::Warden warden(std::move(*setup));
    if (const auto serving = warden.serve(); !serving)
        return refuse(serving.error());
    QObject::connect(&warden, &core::Warden::finished, &application, &QCoreApplication::quit);
    watchSignals(warden, keep);
    std::optional<core::HostShutdown> shutdown;
    if (keep)
        QObject::connect(&shutdown.emplace(), &core::HostShutdown::begun, &warden, [&warden] {
            end(warden, true);
        });
    warden.start(secrets);
    reportReady(paths.wardenSocket(id.value));
    return application.exec();
}
