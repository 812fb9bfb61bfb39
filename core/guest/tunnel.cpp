#include "core/guest/tunnel.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/write.hpp>
#include <utility>

namespace core::guest {
namespace {

constexpr std::size_t readBytes = 32 << 10;

} // namespace

Tunnel::Tunnel(EgressLink &link, asio::ip::tcp::socket client)
    : m_link(link)
    , m_client(std::move(client))
    , m_readBuffer(readBytes, '\0')
{
}

void Tunnel::start(EgressLink &link,
    asio::ip::tcp::socket client,
    const std::string &authority,
    const std::string &path)
{
    std::make_shared<Tunnel>(link, std::move(client))->open(authority, path);
}

void Tunnel::open(const std::string &authority, const std::string &path)
{
    const auto stream = m_link.open(
        {{":method", "CONNECT"}, {":authority", authority}, {"paddock-path", path}}, events());
    if (!stream)
        return abort();
    m_stream = *stream;
}

EgressEvents Tunnel::events()
{
    const auto self = shared_from_this();
    return {.answered = [self](int status) { self->answered(status); },
        .data = [self](link::BytesView bytes) { self->received(bytes); },
        .ended =
            [self] {
                self->m_gatewayEnded = true;
                self->drained();
            },
        .writable = [self] { self->forward(); },
        .closed = [self](bool orderly) { self->closed(orderly); }};
}

void Tunnel::answered(int status)
{
    if (status == 200)
        readClient();
    else
        abort();
}

void Tunnel::readClient()
{
    m_client.async_read_some(asio::buffer(m_readBuffer),
        [self = shared_from_this()](const asio::error_code &error, std::size_t count) {
            if (error == asio::error::eof)
                return self->m_link.finish(self->m_stream);
            if (error)
                return self->abort();
            self->m_toGateway = link::BytesView(self->m_readBuffer).substr(0, count);
            self->forward();
        });
}

void Tunnel::forward()
{
    if (m_aborted || m_toGateway.empty())
        return;
    m_toGateway.remove_prefix(m_link.write(m_stream, m_toGateway));
    if (m_toGateway.empty())
        readClient();
}

void Tunnel::received(link::BytesView bytes)
{
    m_toClient +=
        bytes; // bounded by the stream's window: credit is given when the client has taken them
    writeClient();
}

void Tunnel::writeClient()
{
    if (m_aborted || !m_writing.empty() || m_toClient.empty())
        return;
    m_writing = std::exchange(m_toClient, {});
    asio::async_write(m_client,
        asio::buffer(m_writing),
        [self = shared_from_this()](const asio::error_code &error, std::size_t count) {
            self->m_writing.clear();
            if (error)
                return self->abort();
            self->m_link.consumed(self->m_stream, count);
            self->writeClient();
            self->drained();
        });
}

void Tunnel::drained()
{
    if (m_aborted || !m_writing.empty() || !m_toClient.empty())
        return;
    asio::error_code ignored; // the client may have gone meanwhile
    if (m_streamClosed)
        m_client.close(ignored);
    else if (m_gatewayEnded)
        m_client.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Tunnel::closed(bool orderly)
{
    m_streamClosed = true;
    if (orderly)
        drained();
    else
        abort();
}

void Tunnel::abort()
{
    if (std::exchange(m_aborted, true))
        return;
    asio::error_code ignored; // whatever fails here, the socket is gone afterwards
    m_client.set_option(asio::socket_base::linger(true, 0), ignored);
    m_client.close(ignored);
    if (m_stream != 0 && !m_streamClosed)
        m_link.reset(m_stream);
}

} // namespace core::guest
