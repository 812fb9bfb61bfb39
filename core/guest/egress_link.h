#pragma once

#include "core/link/greeting.h"
#include "core/link/session.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace core::guest {

/// What happens on one stream to the gateway. After `closed` nothing more is called.
struct EgressEvents
{
    std::function<void(int status)> answered;
    std::function<void(link::BytesView)> data; ///< to be credited with `consumed`
    std::function<void()> ended;               ///< the gateway will send no more
    std::function<void()> writable;
    std::function<void(bool orderly)> closed;
};

/// The guest's end of the egress port: greets, and carries streams to the gateway. While no gateway
/// is connected `open` fails, so the guest is offline and never open; every stream of a lost
/// connection is closed as broken. One thread.
class EgressLink
{
public:
    /// Takes the port's descriptor.
    EgressLink(asio::io_context &context, int port);

    void start();

    link::Result<link::StreamId> open(
        const link::Headers &request, EgressEvents events, bool last = false);
    [[nodiscard]] std::size_t write(link::StreamId stream, link::BytesView bytes);
    void consumed(link::StreamId stream, std::size_t count);
    void finish(link::StreamId stream);
    /// Ends a stream; its events are forgotten at once.
    void reset(link::StreamId stream);

private:
    void awaitInput();
    void readInput();
    void takeInput(link::BytesView bytes);
    void pause();
    void pump();
    void awaitOutput();
    void connect();
    void disconnect();
    link::SessionEvents sessionEvents();
    EgressEvents *find(link::StreamId stream);
    void close(link::StreamId stream, bool orderly);

    asio::posix::stream_descriptor m_port;
    asio::steady_timer m_backOff;
    link::GuestGreeting m_greeting;
    std::unique_ptr<link::Session> m_session;
    std::unordered_map<link::StreamId, std::shared_ptr<EgressEvents>> m_streams;
    link::Bytes m_output;
    std::string m_buffer;
    bool m_awaitingOutput = false;
};

} // namespace core::guest
