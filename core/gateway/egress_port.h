#pragma once

#include "core/gateway/byte_stream.h"
#include "core/link/greeting.h"
#include "core/link/session.h"

#include <asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace core::gateway {

/// What the guest asked for on a stream of its own.
struct PortRequest
{
    link::StreamId stream = 0;
    std::string method;
    std::string authority; ///< of CONNECT, as sent
    std::string path;      ///< of GET
    std::string source;    ///< "transparent" or "proxy"
};

/// The host's end of the egress port: greets the guest and serves its streams. Everything that
/// comes in is hostile; what is not the protocol closes the port.
class EgressPort
{
public:
    using Opened = std::function<void(const PortRequest &)>;
    using Closed = std::function<void(const std::string &reason)>;

    /// Takes the descriptor, a connected socket. `closed` is called once, when nothing can be
    /// served any more.
    EgressPort(const asio::any_io_executor &executor, int descriptor, Opened opened, Closed closed);
    ~EgressPort();

    void start();

    /// Refuses or answers a stream without a tunnel.
    void answer(link::StreamId stream, int status, const link::Headers &headers);
    /// Answers 200 and gives the bytes of the stream; null when it is gone already.
    std::unique_ptr<ByteStream> accept(link::StreamId stream);

private:
    struct Tunnel;
    class TunnelStream;

    void greet();
    void readPort();
    void received(std::string_view bytes);
    bool makeSession();
    link::SessionEvents events();
    void writePort();
    void pump();
    void fail(const std::string &reason);
    std::shared_ptr<Tunnel> find(link::StreamId stream);

    asio::posix::stream_descriptor m_port;
    asio::steady_timer m_again;
    Opened m_opened;
    Closed m_closed;
    link::HostGreeting m_greeting;
    std::unique_ptr<link::Session> m_session;
    std::unordered_map<link::StreamId, std::shared_ptr<Tunnel>> m_tunnels;
    std::string m_room;
    std::string m_output;
    bool m_writing = false;
    bool m_pumpPosted = false;
    bool m_failed = false;
};

} // namespace core::gateway
