#include "core/guest/dns_stub.h"
#include "core/guest/network_plan.h"
#include "core/guest/redirect_rules.h"
#include "core/guest/roles.h"
#include "core/guest/tunnel.h"
#include "core/guest/virtio_port.h"

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <linux/netfilter_ipv4.h>
#include <netinet/in.h>
#include <optional>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace core::guest {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

/// Where a redirected connection was going; none when it was not redirected.
std::optional<tcp::endpoint> originalDestination(tcp::socket &client)
{
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (::getsockopt(client.native_handle(), SOL_IP, SO_ORIGINAL_DST, &address, &length) != 0)
        return {};
    return tcp::endpoint(
        asio::ip::address_v4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port));
}

/// Gives the rules to nft on its standard input; a pipe holds them whole.
bool loadRules()
{
    const auto rules = redirectRules();
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    const bool written =
        ::write(ends[1], rules.data(), rules.size()) == static_cast<ssize_t>(rules.size());
    ::close(ends[1]);

    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    std::array arguments{std::string("nft"), std::string("-f"), std::string("-")};
    std::array<char *, 4> argv{
        arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
    pid_t child = -1;
    int status = -1;
    const bool started =
        ::posix_spawn(&child, "/usr/sbin/nft", &actions, nullptr, argv.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    return started && ::waitpid(child, &status, 0) == child && status == 0 && written;
}

/// The relay: three listeners in front of one link. It starts before the interface has its address,
/// so it tries until all listeners stand.
class Relay
{
public:
    Relay(asio::io_context &context, int port)
        : m_link(context, port)
        , m_dns(context, m_link, m_names)
        , m_transparent(context)
        , m_proxy(context)
        , m_retry(context)
    {
    }

    void start()
    {
        m_link.start();
        listen();
    }

private:
    enum class Listening { Nothing, Transparent, Proxy, All };

    void listen()
    {
        const auto own = asio::ip::make_address_v4(guestAddress);
        if (m_listening == Listening::Nothing &&
            open(m_transparent, {asio::ip::address_v4::any(), transparentPort})) {
            m_listening = Listening::Transparent;
            acceptTransparent();
        }
        if (m_listening == Listening::Transparent && open(m_proxy, {own, proxyPort})) {
            m_listening = Listening::Proxy;
            acceptProxy();
        }
        if (m_listening == Listening::Proxy && !m_dns.listen(own, dnsPort) && loadRules())
            m_listening = Listening::All;
        if (m_listening == Listening::All)
            return;
        m_retry.expires_after(20ms);
        m_retry.async_wait([this](const asio::error_code &error) {
            if (!error)
                listen();
        });
    }

    static bool open(tcp::acceptor &acceptor, const tcp::endpoint &endpoint)
    {
        asio::error_code error;
        if (!acceptor.is_open())
            acceptor.open(tcp::v4(), error);
        if (!error)
            acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error)
            acceptor.bind(endpoint, error);
        if (!error)
            acceptor.listen(asio::socket_base::max_listen_connections, error);
        return !error;
    }

    void acceptTransparent()
    {
        m_transparent.async_accept([this](const asio::error_code &error, tcp::socket client) {
            if (error == asio::error::operation_aborted)
                return;
            if (!error)
                redirect(std::move(client));
            acceptTransparent();
        });
    }

    void acceptProxy()
    {
        m_proxy.async_accept([this](const asio::error_code &error, tcp::socket client) {
            if (error == asio::error::operation_aborted)
                return;
            if (!error)
                Tunnel::start(m_link,
                    std::move(client),
                    "gateway.sandbox.internal:" + std::to_string(proxyPort),
                    "proxy");
            acceptProxy();
        });
    }

    /// A connection to a synthetic address is one to its name; to any other address, to that
    /// address. A synthetic address without a name is passed on as it is, and the gateway refuses
    /// it.
    void redirect(tcp::socket client)
    {
        const auto destination = originalDestination(client);
        asio::error_code ignored;
        if (!destination || *destination == client.local_endpoint(ignored))
            return;
        const auto address = destination->address().to_v4();
        const auto name = SyntheticNames::covers(address.to_uint())
                              ? m_names.nameOf(address.to_uint())
                              : std::nullopt;
        Tunnel::start(m_link,
            std::move(client),
            name.value_or(address.to_string()) + ':' + std::to_string(destination->port()),
            "transparent");
    }

    SyntheticNames m_names;
    EgressLink m_link;
    DnsStub m_dns;
    tcp::acceptor m_transparent;
    tcp::acceptor m_proxy;
    asio::steady_timer m_retry;
    Listening m_listening = Listening::Nothing;
};

} // namespace

int runRelay()
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto port = openVirtioPort("egress");
    if (!port) {
        std::fprintf(stderr, "relay: cannot open the egress port\n");
        return 1;
    }
    asio::io_context context(1);
    Relay relay(context, *port);
    relay.start();
    context.run();
    return 0;
}

} // namespace core::guest
