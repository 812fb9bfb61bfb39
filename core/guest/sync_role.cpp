#include "core/guest/places.h"
#include "core/guest/roles.h"
#include "core/guest/sync_link.h"
#include "core/guest/virtio_port.h"
#include "core/sync/guest_session.h"
#include "core/tree/beneath.h"
#include "core/tree/descriptor.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <print>
#include <signal.h>
#include <string>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace core::guest {

namespace {

using tree::Descriptor;
using tree::Result;

constexpr unsigned agentUid = 1000;
constexpr unsigned agentGid = 1000;
constexpr int unconfiguredWaitMs = 50;

/// The workspace and what is kept beside it; there once the machine has been configured.
struct Disk
{
    Descriptor root;
    Descriptor state;
};

Result<Disk> openDisk()
{
    Disk disk;
    disk.root = Descriptor(::open(workspaceStore, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!disk.root)
        return tree::systemError("open the workspace");
    const Descriptor work(::open(workDisk, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!work)
        return tree::systemError("open the work disk");
    auto state = tree::makeDirectoryAt(work.number(), "sync");
    if (!state)
        return std::unexpected(state.error());
    disk.state = std::move(*state);
    return disk;
}

std::string bootId()
{
    const Descriptor directory(
        ::open("/proc/sys/kernel/random", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto text = tree::readSmallFile(directory.number(), "boot_id", 64);
    return text ? text->substr(0, 36) : std::string();
}

void allowManyWatches()
{
    const Descriptor limit(::open("/proc/sys/fs/inotify/max_user_watches", O_WRONLY | O_CLOEXEC));
    if (limit)
        (void)tree::writeAll(limit.number(), "1048576");
}

/// The sync port with its greeting, and the session behind it.
class SyncRole
{
public:
    SyncRole(Disk disk, Descriptor port, Descriptor signals)
        : m_disk(std::move(disk))
        , m_port(std::move(port))
        , m_signals(std::move(signals))
        , m_arrival(::epoll_create1(EPOLL_CLOEXEC))
    {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        ::epoll_ctl(m_arrival.number(), EPOLL_CTL_ADD, m_port.number(), &event);
    }

    Result<> prepare()
    {
        auto session = sync::GuestSession::create({.root = m_disk.root.number(),
                                                      .state = m_disk.state.number(),
                                                      .workspace = {},
                                                      .boot = bootId(),
                                                      .owner = std::pair(agentUid, agentGid)},
            [this](std::string_view bytes) { return send(bytes); });
        if (!session)
            return std::unexpected(session.error());
        m_session = std::move(*session);
        return {};
    }

    /// Until a signal asks to stop, or the port cannot be used any more.
    int run()
    {
        while (true) {
            std::array<pollfd, 3> polled = {
                pollfd{.fd = m_signals.number(), .events = POLLIN, .revents = 0},
                pollfd{.fd = m_connected ? m_session->watchDescriptor() : -1,
                    .events = POLLIN,
                    .revents = 0},
                pollfd{.fd = m_connected ? m_port.number() : m_arrival.number(),
                    .events = POLLIN,
                    .revents = 0}};
            ::poll(polled.data(), polled.size(), -1);
            if (polled[0].revents != 0) {
                m_session->stop();
                return 0;
            }
            if (polled[1].revents != 0)
                note(m_session->watch());
            if (polled[2].revents != 0) {
                epoll_event event{};
                ::epoll_wait(m_arrival.number(), &event, 1, 0);
                read();
            }
        }
    }

private:
    void read()
    {
        const auto got = ::read(m_port.number(), m_buffer.data(), m_buffer.size());
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            m_connected = true;
            return;
        }
        m_connected = got > 0;
        if (got > 0)
            take(std::string_view(m_buffer).substr(0, static_cast<std::size_t>(got)));
    }

    void take(std::string_view bytes)
    {
        if (const auto taken = m_link.take(bytes); !taken)
            std::println(stderr, "sync: {}", taken.error());
    }

    SyncLink::Owner owner()
    {
        return {.send = [this](std::string_view bytes) { return inWords(send(bytes)); },
            .restart = [this] { m_session->restart(); },
            .receive = [this](
                           std::string_view bytes) { return inWords(m_session->receive(bytes)); }};
    }

    Result<> send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto written = ::write(m_port.number(), bytes.data(), bytes.size());
            if (written >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
                continue;
            }
            if (errno != EAGAIN && errno != EINTR)
                return tree::systemError("write to the port");
            pollfd polled = {.fd = m_port.number(), .events = POLLOUT, .revents = 0};
            ::poll(&polled, 1, 1000);
            if ((polled.revents & POLLHUP) != 0)
                return tree::systemError("the host is gone", EPIPE);
        }
        return {};
    }

    static Outcome<> inWords(const Result<> &result)
    {
        return result ? Outcome<>() : std::unexpected(result.error().detail);
    }

    static void note(const Result<> &result)
    {
        if (!result)
            std::println(stderr, "sync: {}", result.error().detail);
    }

    Disk m_disk;
    Descriptor m_port;
    Descriptor m_signals;
    Descriptor m_arrival; ///< readable once for each change of the port: while no host is
                          ///< connected, the port itself tells of a hang-up without end
    SyncLink m_link{owner()};
    std::unique_ptr<sync::GuestSession> m_session;
    std::string m_buffer = std::string(256 << 10, '\0');
    bool m_connected = false;
};

Descriptor stopSignals()
{
    sigset_t signals = {};
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC));
}

} // namespace

int runSync()
{
    Descriptor signals = stopSignals();
    allowManyWatches();
    auto disk = openDisk();
    while (!disk) {
        // Not configured yet.
        pollfd polled = {.fd = signals.number(), .events = POLLIN, .revents = 0};
        if (::poll(&polled, 1, unconfiguredWaitMs) > 0)
            return 0;
        disk = openDisk();
    }
    auto port = openVirtioPort("sync");
    if (!port) {
        std::println(stderr, "sync: {}", port.error());
        return 1;
    }
    SyncRole role(std::move(*disk), Descriptor(*port), std::move(signals));
    if (auto prepared = role.prepare(); !prepared) {
        std::println(stderr, "sync: {}", prepared.error().detail);
        return 1;
    }
    return role.run();
}

} // namespace core::guest
