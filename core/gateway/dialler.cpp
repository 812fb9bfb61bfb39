#include "core/gateway/dialler.h"

#include "core/gateway/http_head.h"

#include <array>
#include <asio/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <ifaddrs.h>
#include <netinet/in.h>

namespace core::gateway {

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto useTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto connectTime = 6s;
constexpr std::size_t maxAttempts = 6;
constexpr auto handshakeTime = 15s;
constexpr std::size_t maxAddresses = 32;

asio::ip::address toAsio(const policy::Address &address)
{
    if (address.v6)
        return asio::ip::address_v6(address.bytes);
    return asio::ip::address_v4(
        {address.bytes[0], address.bytes[1], address.bytes[2], address.bytes[3]});
}

std::optional<policy::Address> fromSocket(const sockaddr *address)
{
    if (address == nullptr)
        return {};
    policy::Address made;
    if (address->sa_family == AF_INET) {
        const auto &v4 = reinterpret_cast<const sockaddr_in *>(address)->sin_addr;
        std::copy_n(reinterpret_cast<const std::uint8_t *>(&v4), 4, made.bytes.begin());
        return made;
    }
    if (address->sa_family != AF_INET6)
        return {};
    made.v6 = true;
    const auto &v6 = reinterpret_cast<const sockaddr_in6 *>(address)->sin6_addr;
    std::copy_n(reinterpret_cast<const std::uint8_t *>(&v6), 16, made.bytes.begin());
    return made;
}

/// IPv4-mapped answers become what they carry, as everywhere.
policy::Address fromAsio(const asio::ip::address &address)
{
    return policy::parseAddress(address.to_string()).value_or(policy::Address{});
}

DialFault connectFault(const std::string &detail)
{
    return {.reason = "connect", .detail = detail, .addresses = {}, .refused = false};
}

/// Tries the first endpoints in order, each with a deadline of its own.
Async<std::expected<tcp::socket, asio::error_code>> connectAny(
    asio::any_io_executor executor, std::vector<tcp::endpoint> endpoints)
{
    asio::error_code last = asio::error::host_not_found;
    if (endpoints.size() > maxAttempts)
        endpoints.resize(maxAttempts);
    for (const auto &endpoint : endpoints) {
        tcp::socket socket(executor);
        const Deadline deadline(executor, connectTime, [&] {
            asio::error_code ignored;
            socket.close(ignored);
        });
        const auto [error] = co_await socket.async_connect(endpoint, useTuple);
        last = error;
        if (error == asio::error::operation_aborted)
            last = asio::error::timed_out;
        if (error)
            continue;
        asio::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        co_return std::move(socket);
    }
    co_return std::unexpected(last);
}

Async<std::vector<policy::Address>> resolve(asio::any_io_executor executor, std::string name)
{
    tcp::resolver resolver(executor);
    // The trailing dot keeps the host's search domains out of it.
    const auto [error, found] = co_await resolver.async_resolve(name + ".", "", useTuple);
    std::vector<policy::Address> addresses;
    if (error)
        co_return addresses;
    for (const auto &each : found) {
        const auto address = fromAsio(each.endpoint().address());
        if (std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(address);
    }
    co_return addresses;
}

} // namespace

Dialler::Dialler(const Settings &settings, TlsContextPtr context)
    : m_settings(settings)
    , m_context(std::move(context))
{
}

std::expected<std::unique_ptr<Dialler>, std::string> Dialler::create(const Settings &settings)
{
    auto context = clientContext(settings.trustFile, settings.extraRoots);
    if (!context)
        return std::unexpected(context.error());
    return std::unique_ptr<Dialler>(new Dialler(settings, std::move(*context)));
}

const std::vector<policy::Address> &Dialler::ownAddresses()
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_own.empty() && now - m_ownRead < 5s)
        return m_own;
    m_ownRead = now;
    m_own = m_settings.ownAddresses;
    ifaddrs *interfaces = nullptr;
    if (getifaddrs(&interfaces) != 0)
        return m_own;
    for (const auto *each = interfaces; each != nullptr; each = each->ifa_next)
        if (const auto address = fromSocket(each->ifa_addr))
            m_own.push_back(*address);
    freeifaddrs(interfaces);
    return m_own;
}

Async<DialResult> Dialler::dialAddresses(asio::any_io_executor executor, Target target)
{
    const auto &host = target.allowed.host;
    std::vector<policy::Address> addresses;
    if (host.isService())
        addresses = {*policy::parseAddress("127.0.0.1"), *policy::parseAddress("::1")};
    else if (host.address)
        addresses = {*host.address};
    else
        addresses = co_await resolve(executor, host.name);
    if (addresses.empty())
        co_return std::unexpected(DialFault{.reason = "dns",
            .detail = "the name " + host.name + " does not resolve on the host",
            .addresses = {},
            .refused = false});
    if (addresses.size() > maxAddresses)
        addresses.resize(maxAddresses);
    const auto judged = policy::decideAddresses(
        *target.policy, target.context, target.protocol, target.allowed, addresses);
    if (judged.verdict != policy::Verdict::Allow)
        co_return std::unexpected(DialFault{.reason = std::string(policy::code(judged.reason)),
            .detail = policy::explain(judged),
            .addresses = addresses,
            .refused = true});
    std::vector<tcp::endpoint> endpoints;
    for (const auto &address : addresses)
        endpoints.emplace_back(toAsio(address), target.allowed.port);
    auto socket = co_await connectAny(executor, std::move(endpoints));
    if (!socket)
        co_return std::unexpected(DialFault{.reason = "connect",
            .detail = "no connection to " + host.name + ": " + socket.error().message(),
            .addresses = addresses,
            .refused = false});
    co_return Dialled{.stream = socketStream(std::move(*socket)), .addresses = addresses};
}

/// The proxy resolves, so addresses cannot be judged here; rules by name still hold.
Async<DialResult> Dialler::dialProxy(asio::any_io_executor executor, Target target)
{
    const auto &proxy = *m_settings.proxy;
    std::vector<tcp::endpoint> endpoints;
    if (const auto literal = policy::parseAddress(proxy.host))
        endpoints.emplace_back(toAsio(*literal), proxy.port);
    else
        for (const auto &address : co_await resolve(executor, proxy.host))
            endpoints.emplace_back(toAsio(address), proxy.port);
    auto socket = co_await connectAny(executor, std::move(endpoints));
    if (!socket)
        co_return std::unexpected(
            connectFault("no connection to the upstream proxy: " + socket.error().message()));
    PeekedStream stream(socketStream(std::move(*socket)));
    const Deadline deadline(executor, handshakeTime, [&] { stream.abort(); });
    const auto authority =
        target.allowed.host.authority() + ":" + std::to_string(target.allowed.port);
    RequestHead request{
        .method = "CONNECT", .target = authority, .minor = 1, .headers = {}, .body = {}};
    request.headers.set("Host", authority);
    if (!proxy.authorization.empty())
        request.headers.set("Proxy-Authorization", proxy.authorization);
    co_await stream.write(serialise(request));
    while (!headEnd(stream.buffered()) && stream.buffered().size() < maxHeadBytes)
        if (!co_await stream.fill())
            break;
    const auto end = headEnd(stream.buffered());
    const auto answer = end ? parseResponse(stream.buffered().substr(0, *end), "CONNECT")
                            : std::unexpected(HttpFault{});
    if (!answer || answer->status / 100 != 2)
        co_return std::unexpected(DialFault{.reason = "upstream-proxy",
            .detail = "the upstream proxy refused the connection" +
                      (answer ? " with status " + std::to_string(answer->status) : std::string()),
            .addresses = {},
            .refused = false});
    stream.consume(*end);
    co_return Dialled{.stream = std::make_unique<PeekedStream>(std::move(stream)), .addresses = {}};
}

Async<DialResult> Dialler::dial(asio::any_io_executor executor, Target target)
{
    const auto &allowed = target.allowed;
    const auto fixed = m_settings.resolve.find({allowed.host.name, allowed.port});
    if (fixed != m_settings.resolve.end()) {
        const auto address = fixed->second.address;
        std::vector<tcp::endpoint> endpoints{{toAsio(address), fixed->second.port}};
        auto socket = co_await connectAny(executor, std::move(endpoints));
        if (!socket)
            co_return std::unexpected(connectFault(
                "no connection to " + allowed.host.name + ": " + socket.error().message()));
        co_return Dialled{.stream = socketStream(std::move(*socket)), .addresses = {address}};
    }
    if (m_settings.proxy && !allowed.host.address && !allowed.host.isService())
        co_return co_await dialProxy(executor, std::move(target));
    co_return co_await dialAddresses(executor, std::move(target));
}

Async<DialResult> Dialler::dialTls(asio::any_io_executor executor, Target target)
{
    const auto host = target.allowed.host;
    auto plain = co_await dial(executor, std::move(target));
    if (!plain)
        co_return std::unexpected(plain.error());
    auto *raw = plain->stream.get();
    const Deadline deadline(executor, handshakeTime, [raw] { raw->abort(); });
    auto secured = co_await connectTls(
        std::move(plain->stream), m_context, host.name, host.address.has_value());
    if (!secured)
        co_return std::unexpected(DialFault{.reason = "upstream-tls",
            .detail =
                "the certificate or the TLS of " + host.name + " is not good: " + secured.error(),
            .addresses = plain->addresses,
            .refused = false});
    co_return Dialled{.stream = std::move(*secured), .addresses = plain->addresses};
}

} // namespace core::gateway
