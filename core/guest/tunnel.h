#pragma once

#include "core/guest/egress_link.h"

#include <asio/ip/tcp.hpp>
#include <memory>
#include <string>

namespace core::guest {

/// One TCP connection of the guest carried to the gateway, with back-pressure and half-close both
/// ways. What the gateway refuses or breaks off becomes a TCP reset. Keeps itself alive until both
/// ends are done.
class Tunnel : public std::enable_shared_from_this<Tunnel>
{
public:
    /// `authority` is "host:port", `path` "transparent" or "proxy" (core/guest/PROTOCOL.md).
    static void start(EgressLink &link,
        asio::ip::tcp::socket client,
        const std::string &authority,
        const std::string &path);

    Tunnel(EgressLink &link, asio::ip::tcp::socket client);

private:
    void open(const std::string &authority, const std::string &path);
    EgressEvents events();
    void answered(int status);
    void readClient();
    void forward();
    void received(link::BytesView bytes);
    void writeClient();
    void drained();
    void closed(bool orderly);
    void abort();

    EgressLink &m_link;
    asio::ip::tcp::socket m_client;
    link::StreamId m_stream = 0;
    std::string m_readBuffer;
    link::BytesView m_toGateway; ///< the part of m_readBuffer that the link has not taken yet
    link::Bytes m_toClient;      ///< received, waiting behind m_writing
    link::Bytes m_writing;
    bool m_gatewayEnded = false;
    bool m_streamClosed = false;
    bool m_aborted = false;
};

} // namespace core::guest
