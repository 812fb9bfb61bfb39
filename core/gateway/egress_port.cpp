#include "core/gateway/egress_port.h"

#include <algorithm>
#include <asio/as_tuple.hpp>
#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <openssl/rand.h>

namespace core::gateway {

namespace {

constexpr auto useTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t readSize = 256 << 10;
constexpr auto lingerTime = std::chrono::seconds(10);

link::Nonce freshNonce()
{
    link::Nonce nonce{};
    RAND_bytes(reinterpret_cast<unsigned char *>(nonce.data()), nonce.size());
    return nonce;
}

} // namespace

/// What the port knows of a stream; the stream's owner may be gone before it and the other way
/// round.
struct EgressPort::Tunnel
{
    Tunnel(EgressPort &owner, link::StreamId id)
        : port(&owner)
        , stream(id)
        , readable(owner.m_port.get_executor())
        , writable(owner.m_port.get_executor())
    {
    }

    EgressPort *port; ///< null when the stream or the port is gone
    link::StreamId stream;
    std::string input;
    bool ended = false;
    bool lingering = false;      ///< what still comes is thrown away
    asio::steady_timer readable; ///< cancelled whenever there is something to see
    asio::steady_timer writable;

    void wake()
    {
        readable.cancel();
        writable.cancel();
    }

    void reset()
    {
        auto *owner = std::exchange(port, nullptr);
        if (owner == nullptr)
            return;
        owner->m_tunnels.erase(stream);
        owner->m_session->reset(stream);
        owner->pump();
        wake();
    }

    /// Nobody reads any more, but what was written is still under way: gives the peer some time to
    /// take it and to end.
    static void linger(const std::shared_ptr<Tunnel> &tunnel)
    {
        tunnel->lingering = true;
        tunnel->port->m_session->consumed(tunnel->stream, tunnel->input.size());
        tunnel->input.clear();
        tunnel->port->pump();
        tunnel->writable.expires_after(lingerTime);
        tunnel->writable.async_wait([tunnel](const asio::error_code &error) {
            if (!error)
                tunnel->reset();
        });
    }
};

class EgressPort::TunnelStream : public ByteStream
{
public:
    TunnelStream(asio::any_io_executor executor, std::shared_ptr<Tunnel> tunnel)
        : m_executor(std::move(executor))
        , m_tunnel(std::move(tunnel))
    {
    }
    ~TunnelStream() override
    {
        if (m_finished && m_tunnel->port != nullptr)
            Tunnel::linger(m_tunnel);
        else
            abort();
    }

    asio::any_io_executor executor() override { return m_executor; }

    Async<Read> read(std::span<char> room) override
    {
        const auto tunnel = m_tunnel;
        while (tunnel->input.empty()) {
            if (tunnel->ended)
                co_return 0U;
            if (tunnel->port == nullptr)
                co_return std::unexpected(asio::error_code(asio::error::connection_reset));
            tunnel->readable.expires_at(asio::steady_timer::time_point::max());
            co_await tunnel->readable.async_wait(useTuple);
        }
        const auto count = std::min(room.size(), tunnel->input.size());
        std::ranges::copy_n(
            tunnel->input.begin(), static_cast<std::ptrdiff_t>(count), room.begin());
        tunnel->input.erase(0, count);
        if (tunnel->port != nullptr) {
            tunnel->port->m_session->consumed(tunnel->stream, count);
            tunnel->port->pump();
        }
        co_return count;
    }

    Async<asio::error_code> write(std::string_view bytes) override
    {
        const auto tunnel = m_tunnel;
        while (!bytes.empty()) {
            if (tunnel->port == nullptr)
                co_return asio::error::connection_reset;
            const auto taken = tunnel->port->m_session->write(tunnel->stream, bytes);
            tunnel->port->pump();
            bytes.remove_prefix(taken);
            if (bytes.empty())
                break;
            tunnel->writable.expires_at(asio::steady_timer::time_point::max());
            co_await tunnel->writable.async_wait(useTuple);
        }
        co_return asio::error_code();
    }

    Async<void> finish() override
    {
        if (m_tunnel->port != nullptr && !m_finished) {
            m_finished = true;
            m_tunnel->port->m_session->finish(m_tunnel->stream);
            m_tunnel->port->pump();
        }
        co_return;
    }

    void abort() override { m_tunnel->reset(); }

private:
    asio::any_io_executor m_executor;
    std::shared_ptr<Tunnel> m_tunnel;
    bool m_finished = false;
};

EgressPort::EgressPort(
    const asio::any_io_executor &executor, int descriptor, Opened opened, Closed closed)
    : m_port(executor, descriptor)
    , m_again(executor)
    , m_opened(std::move(opened))
    , m_closed(std::move(closed))
    , m_greeting(link::PortName::Egress, freshNonce())
    , m_room(readSize, '\0')
{
}

EgressPort::~EgressPort() = default;

void EgressPort::start()
{
    greet();
    readPort();
}

void EgressPort::greet()
{
    if (m_failed || m_greeting.done())
        return;
    m_output += m_greeting.hello();
    writePort();
    m_again.expires_after(std::chrono::milliseconds(m_greeting.pauseMs()));
    m_again.async_wait([this](const asio::error_code &error) {
        if (!error)
            greet();
    });
}

void EgressPort::readPort()
{
    m_port.async_read_some(
        asio::buffer(m_room), [this](const asio::error_code &error, std::size_t count) {
            if (error)
                return fail("the port closed: " + error.message());
            received(std::string_view(m_room).substr(0, count));
            if (!m_failed)
                readPort();
        });
}

void EgressPort::received(std::string_view bytes)
{
    std::string rest;
    if (!m_session || !m_greeting.done()) {
        auto greeted = m_greeting.feed(bytes);
        if (!greeted)
            return fail("the guest's greeting: " + greeted.error().detail);
        rest = std::move(*greeted);
        if (m_greeting.done() && !m_session && !makeSession())
            return;
    } else {
        auto passed = m_greeting.feed(bytes); // swallows answers that were under way
        if (!passed)
            return fail("the guest's greeting: " + passed.error().detail);
        rest = std::move(*passed);
    }
    if (!m_session || rest.empty())
        return;
    if (const auto taken = m_session->receive(rest); !taken)
        return fail("the guest broke the protocol: " + taken.error().detail);
    pump();
}

bool EgressPort::makeSession()
{
    auto session = link::Session::create(link::Session::Role::Server,
        events(),
        {.maxStreams = 512,
            .firstWindow = 65535,
            .largestWindow = 256 << 10,
            .growth = 8 << 20,
            .headerBytes = 16 << 10,
            .sendBuffer = 256 << 10});
    if (!session) {
        fail("no session: " + session.error().detail);
        return false;
    }
    m_session = std::move(*session);
    pump();
    return true;
}

link::SessionEvents EgressPort::events()
{
    link::SessionEvents events;
    events.opened = [this](link::StreamId stream, const link::Headers &headers) {
        m_tunnels[stream] = std::make_shared<Tunnel>(*this, stream);
        m_opened({.stream = stream,
            .method = std::string(link::headerValue(headers, ":method")),
            .authority = std::string(link::headerValue(headers, ":authority")),
            .path = std::string(link::headerValue(headers, ":path")),
            .source =
                link::headerValue(headers, "paddock-path") == "proxy" ? "proxy" : "transparent"});
    };
    events.data = [this](link::StreamId stream, link::BytesView bytes) {
        if (const auto tunnel = find(stream); tunnel && !tunnel->lingering) {
            tunnel->input += bytes;
            tunnel->readable.cancel();
        } else {
            m_session->consumed(stream, bytes.size());
        }
    };
    events.ended = [this](link::StreamId stream) {
        if (const auto tunnel = find(stream)) {
            tunnel->ended = true;
            tunnel->readable.cancel();
        }
    };
    events.closed = [this](link::StreamId stream, std::uint32_t) {
        if (const auto tunnel = find(stream)) {
            tunnel->port = nullptr;
            tunnel->wake();
            m_tunnels.erase(stream);
        }
    };
    events.writable = [this](link::StreamId stream) {
        if (const auto tunnel = find(stream); tunnel && !tunnel->lingering)
            tunnel->writable.cancel();
    };
    return events;
}

std::shared_ptr<EgressPort::Tunnel> EgressPort::find(link::StreamId stream)
{
    const auto found = m_tunnels.find(stream);
    return found == m_tunnels.end() ? nullptr : found->second;
}

void EgressPort::answer(link::StreamId stream, int status, const link::Headers &headers)
{
    m_tunnels.erase(stream);
    m_session->answer(stream, status, headers, true);
    pump();
}

std::unique_ptr<ByteStream> EgressPort::accept(link::StreamId stream)
{
    const auto tunnel = find(stream);
    if (!tunnel)
        return {};
    m_session->answer(stream, 200);
    pump();
    return std::make_unique<TunnelStream>(m_port.get_executor(), tunnel);
}

/// Output is taken later: this is called from inside the session's callbacks, too.
void EgressPort::pump()
{
    if (m_pumpPosted || m_failed)
        return;
    m_pumpPosted = true;
    asio::post(m_port.get_executor(), [this] {
        m_pumpPosted = false;
        writePort();
    });
}

void EgressPort::writePort()
{
    if (m_writing || m_failed)
        return;
    if (m_session)
        m_output += m_session->takeOutput();
    if (m_output.empty())
        return;
    m_writing = true;
    auto bytes = std::make_shared<std::string>(std::move(m_output));
    m_output.clear();
    asio::async_write(
        m_port, asio::buffer(*bytes), [this, bytes](const asio::error_code &error, std::size_t) {
            m_writing = false;
            if (error)
                return fail("the port closed: " + error.message());
            writePort();
        });
}

void EgressPort::fail(const std::string &reason)
{
    if (m_failed)
        return;
    m_failed = true;
    for (const auto &[stream, tunnel] : m_tunnels) {
        tunnel->port = nullptr;
        tunnel->wake();
    }
    m_tunnels.clear();
    m_closed(reason);
}

} // namespace core::gateway
