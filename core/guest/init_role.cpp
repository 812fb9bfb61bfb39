#include "core/guest/apply_configuration.h"
#include "core/guest/boot.h"
#include "core/guest/clock.h"
#include "core/guest/control_server.h"
#include "core/guest/dockerd.h"
#include "core/guest/files.h"
#include "core/guest/network_plan.h"
#include "core/guest/role.h"
#include "core/guest/roles.h"
#include "core/guest/roots.h"
#include "core/guest/shutdown.h"
#include "core/guest/virtio_port.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <sys/resource.h>

namespace core::guest {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

constexpr auto dockerTick = 100ms;
constexpr auto heartbeatEvery = 5s;
constexpr auto mostStopTime = 10s;
constexpr rlim_t openFiles = 524288;

/// PID 1 after the boot: the control port, the roles, dockerd.
class Init : public GuestServices
{
public:
    Init(EventLoop &loop, Children &children)
        : m_loop(loop)
        , m_children(children)
        , m_relay(
              loop, children, "relay", [this](const std::string &how) { roleEnded("relay", how); })
        , m_sync(loop, children, "sync", [this](const std::string &how) { roleEnded("sync", how); })
    {
        m_children.onAny([this](pid_t child, int status) { childEnded(child, status); });
        m_bootId = readFile("/proc/sys/kernel/random/boot_id");
        m_bootId.resize(std::min(m_bootId.find('\n'), m_bootId.size()));
    }

    /// Until a shutdown was asked for and everything supervised has stopped.
    Outcome<ShutdownMode> serve();

    Outcome<> configure(const Configuration &configuration) override;
    Outcome<> setClock(std::int64_t realtimeNs) override { return setSystemClock(realtimeNs); }
    Outcome<> reseed(std::string_view randomBytes) override { return reseedKernel(randomBytes); }
    void shutDown(ShutdownMode mode) override;
    std::string status() const override;
    Environment commandEnvironment() const override { return m_environment; }

private:
    void tell(const Json &event);
    void roleEnded(const std::string &name, const std::string &how);
    void childEnded(pid_t child, int status);
    void followDocker();
    void beat();
    void stopIfReady();

    EventLoop &m_loop;
    Children &m_children;
    Role m_relay;
    Role m_sync;
    Dockerd m_docker;
    EventLoop::TimerId m_dockerTick{};
    std::optional<ControlServer> m_server;
    std::string m_bootId;
    std::string m_workspace;
    Environment m_environment = certificateEnvironment();
    bool m_isConfigured = false;
    std::optional<ShutdownMode> m_ending;
    bool m_isOverdue = false;
};

Outcome<ShutdownMode> Init::serve()
{
    auto port = openVirtioPort("control");
    if (!port)
        return std::unexpected(port.error());
    m_server.emplace(m_loop, m_children, Descriptor(*port), *this);
    m_loop.beforeWaiting([this] {
        m_server->pump();
        if (m_ending)
            stopIfReady();
    });
    m_relay.start();
    beat();
    m_loop.run();
    m_loop.beforeWaiting({});
    return m_ending.value_or(ShutdownMode::PowerOff);
}

Outcome<> Init::configure(const Configuration &configuration)
{
    if (configuration.realtimeNs > 0)
        if (auto set = setSystemClock(configuration.realtimeNs); !set)
            return set;
    if (auto applied = applyConfiguration(configuration, m_workspace); !applied)
        return applied;
    m_workspace = configuration.workspace;
    m_environment = certificateEnvironment();
    for (const auto &[name, value] : configuration.environment)
        m_environment.insert_or_assign(name, value);
    for (const auto &[name, value] : certificateEnvironment())
        ::setenv(name.c_str(), value.c_str(), 1); // dockerd inherits it
    if (!m_isConfigured)
        m_sync.start();
    m_isConfigured = true;
    if (configuration.docker)
        m_docker.start();
    else if (m_docker.state() != Dockerd::State::Off)
        m_docker.stop();
    followDocker();
    return {};
}

void Init::shutDown(ShutdownMode mode)
{
    if (m_ending)
        return;
    m_ending = mode;
    m_relay.stop();
    m_sync.stop();
    m_docker.stop();
    followDocker();
    m_loop.after(mostStopTime, [this] { m_isOverdue = true; });
}

/// The answer is on its way and dockerd has put its containers to rest, or has had its time.
void Init::stopIfReady()
{
    if (m_isOverdue || (!m_docker.isRunning() && !m_server->hasOutput()))
        m_loop.stop();
}

std::string Init::status() const
{
    return Json{{"version", PADDOCK_VERSION},
        {"bootId", m_bootId},
        {"configured", m_isConfigured},
        {"docker", m_docker.stateText()},
        {"uptimeMs", uptimeMs()},
        {"realtimeMs", realtimeMs()},
        {"busyMs", busyMs()}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Init::tell(const Json &event)
{
    if (m_server)
        m_server->tell(event.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Init::roleEnded(const std::string &name, const std::string &how)
{
    std::fprintf(stderr, "guest: %s ended: %s\n", name.c_str(), how.c_str());
    tell({{"event", "role"}, {"name", name}, {"state", "ended"}, {"detail", how}});
}

void Init::childEnded(pid_t child, int status)
{
    if (m_docker.exited(child, status))
        followDocker();
}

/// Until it has settled: a timer that goes on for ever would keep an idle machine awake.
void Init::followDocker()
{
    m_loop.cancel(m_dockerTick);
    if (m_docker.tick(uptimeMs()))
        tell({{"event", "docker"}, {"state", m_docker.stateText()}});
    if (m_docker.isUnsettled())
        m_dockerTick = m_loop.after(dockerTick, [this] { followDocker(); });
}

void Init::beat()
{
    tell({{"event", "heartbeat"}});
    m_loop.after(heartbeatEvery, [this] { beat(); });
}

void allowOpenFiles()
{
    const rlimit limit{
        .rlim_cur = 1024, .rlim_max = openFiles}; // as elsewhere: a program that wants more asks
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void giveUp(const std::string &reason)
{
    std::fprintf(stderr, "PADDOCK-GUEST-FAILED: %s\n", reason.c_str());
    powerOff();
}

} // namespace

int runInit()
{
    std::signal(SIGPIPE, SIG_IGN);
    if (const auto booted = boot(); !booted)
        giveUp(booted.error());
    allowOpenFiles();
    if (const auto written = replaceFile("/etc/resolv.conf", resolvConf, 0644); !written)
        std::fprintf(stderr, "guest: %s\n", written.error().c_str());
    EventLoop loop;
    Children children(loop);
    Init init(loop, children);
    const auto mode = init.serve();
    if (!mode)
        giveUp(mode.error());
    endMachine(*mode);
}

} // namespace core::guest
