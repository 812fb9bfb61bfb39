#include "core/guest/dns_stub.h"

#include "core/guest/network_plan.h"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <optional>

namespace core::guest {
namespace {

/// Questions that may wait for the gateway at once; more are answered with a failure.
constexpr int maxPending = 128;

/// The addresses of names that the guest itself knows; the services of the host have one name for
/// the gateway.
std::optional<std::uint32_t> fixedAddress(std::string_view name)
{
    if (name == "gateway.sandbox.internal" || name == "gateway.docker.internal")
        return asio::ip::make_address_v4(guestAddress).to_uint();
    if (name == "localhost" || name.ends_with(".localhost"))
        return asio::ip::address_v4::loopback().to_uint();
    return {};
}

std::string gatewayName(const std::string &name)
{
    return name == "host.docker.internal" ? "host.sandbox.internal" : name;
}

} // namespace

DnsStub::DnsStub(asio::io_context &context, EgressLink &link, SyntheticNames &names)
    : m_link(link)
    , m_names(names)
    , m_datagrams(context)
    , m_connections(context)
{
}

asio::error_code DnsStub::listen(const asio::ip::address_v4 &address, std::uint16_t port)
{
    asio::error_code error;
    asio::ip::udp::socket datagrams(m_datagrams.get_executor());
    datagrams.open(asio::ip::udp::v4(), error);
    if (!error)
        datagrams.bind({address, port}, error);
    if (error)
        return error;
    asio::ip::tcp::acceptor connections(m_connections.get_executor());
    connections.open(asio::ip::tcp::v4(), error);
    if (!error)
        connections.set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        connections.bind({address, port}, error);
    if (!error)
        connections.listen(16, error);
    if (error)
        return error;
    m_datagrams = std::move(datagrams);
    m_connections = std::move(connections);
    receive();
    accept();
    return {};
}

void DnsStub::receive()
{
    m_datagrams.async_receive_from(
        asio::buffer(m_packet), m_sender, [this](const asio::error_code &error, std::size_t count) {
            if (error == asio::error::operation_aborted)
                return;
            if (!error)
                resolve(
                    {m_packet.data(), count}, [this, sender = m_sender](const std::string &packet) {
                        asio::error_code
                            ignored; // a client that has gone asks again or does not care
                        m_datagrams.send_to(asio::buffer(packet), sender, 0, ignored);
                    });
            receive();
        });
}

void DnsStub::accept()
{
    m_connections.async_accept([this](const asio::error_code &error, asio::ip::tcp::socket client) {
        if (error == asio::error::operation_aborted)
            return;
        if (!error)
            serve(std::make_shared<asio::ip::tcp::socket>(std::move(client)));
        accept();
    });
}

void DnsStub::serve(const std::shared_ptr<asio::ip::tcp::socket> &client)
{
    // RFC 1035 §4.2.2: two bytes of length before each message. One question a connection, then it
    // is closed.
    const auto buffer = std::make_shared<std::array<unsigned char, maxDnsQueryBytes + 2>>();
    asio::async_read(*client,
        asio::buffer(buffer->data(), 2),
        [this, client, buffer](const asio::error_code &error, std::size_t) {
            const std::size_t length = static_cast<std::size_t>((*buffer)[0]) << 8 | (*buffer)[1];
            if (error || length > maxDnsQueryBytes)
                return;
            asio::async_read(*client,
                asio::buffer(buffer->data(), length),
                [this, client, buffer](const asio::error_code &failed, std::size_t count) {
                    if (failed)
                        return;
                    const std::string query(
                        buffer->begin(), buffer->begin() + static_cast<std::ptrdiff_t>(count));
                    resolve(query, [client](const std::string &packet) {
                        const auto framed = std::make_shared<std::string>();
                        framed->push_back(static_cast<char>(packet.size() >> 8));
                        framed->push_back(static_cast<char>(packet.size() & 0xff));
                        *framed += packet;
                        asio::async_write(*client,
                            asio::buffer(*framed),
                            [client, framed](const asio::error_code &, std::size_t) {});
                    });
                });
        });
}

void DnsStub::resolve(std::string_view packet, const Reply &reply)
{
    const auto question = parseDnsQuery(packet);
    if (!question)
        return;
    if (question->type != dnsTypeA)
        return reply(dnsReply(*question, DnsAnswer::NoData));
    if (const auto address = fixedAddress(question->name))
        return reply(dnsReply(*question, DnsAnswer::Address, *address));
    ask(*question, reply);
}

void DnsStub::ask(const DnsQuestion &question, const Reply &reply)
{
    struct Pending
    {
        DnsAnswer answer = DnsAnswer::Failure;
    };
    if (m_pending == maxPending)
        return reply(dnsReply(question, DnsAnswer::Failure));

    const auto name = gatewayName(question.name);
    const auto pending = std::make_shared<Pending>();
    const auto stream = m_link.open({{":method", "GET"},
                                        {":scheme", "http"},
                                        {":authority", "gateway"},
                                        {":path", "/resolve?name=" + name}},
        {.answered =
                [pending](int status) {
                    if (status == 200)
                        pending->answer = DnsAnswer::Address;
                    else if (status == 404)
                        pending->answer = DnsAnswer::NoSuchName;
                },
            .data =
                [](link::BytesView) {
                }, // an answer has no body; what comes beyond the window blocks itself
            .ended = [] {},
            .writable = [] {},
            .closed =
                [this, pending, question, reply, name](bool) {
                    --m_pending;
                    const auto address =
                        pending->answer == DnsAnswer::Address ? m_names.addressOf(name) : 0;
                    reply(dnsReply(question, pending->answer, address));
                }},
        true);
    if (!stream)
        return reply(dnsReply(question, DnsAnswer::Failure));
    ++m_pending;
}

} // namespace core::guest
