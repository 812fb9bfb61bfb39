#pragma once

#include "core/guest/dns_message.h"
#include "core/guest/egress_link.h"
#include "core/guest/synthetic_names.h"

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <string>

namespace core::guest {

/// Answers the guest's name queries with synthetic addresses. Whether a name exists for this
/// sandbox is the gateway's word
/// (`GET /resolve`); nothing is resolved upstream. Without a gateway the answer is a failure.
class DnsStub
{
public:
    DnsStub(asio::io_context &context, EgressLink &link, SyntheticNames &names);

    /// Listens on UDP and TCP; fails while the address is not there yet.
    asio::error_code listen(const asio::ip::address_v4 &address, std::uint16_t port);

private:
    using Reply = std::function<void(const std::string &packet)>;

    void receive();
    void accept();
    void serve(const std::shared_ptr<asio::ip::tcp::socket> &client);
    void resolve(std::string_view packet, const Reply &reply);
    void ask(const DnsQuestion &question, const Reply &reply);

    EgressLink &m_link;
    SyntheticNames &m_names;
    asio::ip::udp::socket m_datagrams;
    asio::ip::tcp::acceptor m_connections;
    asio::ip::udp::endpoint m_sender;
    std::array<char, maxDnsQueryBytes + 1> m_packet{};
    int m_pending = 0;
};

} // namespace core::guest
