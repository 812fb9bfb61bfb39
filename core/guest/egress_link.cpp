#include "core/guest/egress_link.h"

#include <asio/error.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace core::guest {
namespace {

using namespace std::chrono_literals;

/// A port whose host end is not connected polls as readable and reads as empty; asking at once
/// again would burn a CPU.
constexpr auto hangUpBackOff = 50ms;
constexpr std::size_t readBytes = 64 << 10;
constexpr std::size_t outputBytes = 256 << 10;

} // namespace

EgressLink::EgressLink(asio::io_context &context, int port)
    : m_port(context, port)
    , m_backOff(context)
    , m_greeting(link::PortName::Egress)
    , m_buffer(readBytes, '\0')
{
    m_port.native_non_blocking(true);
}

void EgressLink::start()
{
    awaitInput();
}

void EgressLink::awaitInput()
{
    m_port.async_wait(
        asio::posix::stream_descriptor::wait_read, [this](const asio::error_code &error) {
            if (!error)
                readInput();
        });
}

void EgressLink::readInput()
{
    const auto count = ::read(m_port.native_handle(), m_buffer.data(), m_buffer.size());
    if (count > 0) {
        takeInput({m_buffer.data(), static_cast<std::size_t>(count)});
        pump();
        return awaitInput();
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return awaitInput();
    disconnect();
    m_greeting = link::GuestGreeting(link::PortName::Egress);
    pause();
}

void EgressLink::pause()
{
    m_backOff.expires_after(hangUpBackOff);
    m_backOff.async_wait([this](const asio::error_code &error) {
        if (!error)
            awaitInput();
    });
}

void EgressLink::takeInput(link::BytesView bytes)
{
    auto fed = m_greeting.feed(bytes);
    if (!fed) {
        std::fprintf(stderr, "relay: egress port: %s\n", fed.error().detail.c_str());
        return disconnect();
    }
    if (fed->restarted || (m_greeting.done() && !m_session))
        connect();
    m_output += fed->reply;
    if (fed->rest.empty() || !m_session)
        return;
    if (const auto received = m_session->receive(fed->rest); !received) {
        std::fprintf(stderr, "relay: egress session: %s\n", received.error().detail.c_str());
        disconnect();
    }
}

void EgressLink::connect()
{
    disconnect();
    auto session = link::Session::create(link::Session::Role::Client, sessionEvents());
    if (session)
        m_session = std::move(*session);
}

void EgressLink::disconnect()
{
    const auto lost = std::exchange(m_streams, {});
    const auto session = std::move(m_session);
    m_output.clear();
    for (const auto &[stream, events] : lost)
        events->closed(false);
}

EgressEvents *EgressLink::find(link::StreamId stream)
{
    const auto found = m_streams.find(stream);
    return found == m_streams.end() ? nullptr : found->second.get();
}

void EgressLink::close(link::StreamId stream, bool orderly)
{
    const auto found = m_streams.find(stream);
    if (found == m_streams.end())
        return;
    const auto events = found->second;
    m_streams.erase(found);
    events->closed(orderly);
}

link::SessionEvents EgressLink::sessionEvents()
{
    // A callback may end its own stream, so each holds the events it calls.
    const auto with = [this](link::StreamId stream, auto call) {
        if (const auto found = m_streams.find(stream); found != m_streams.end()) {
            const auto events = found->second;
            call(*events);
        }
    };
    return {.opened = {},
        .answered =
            [with](link::StreamId stream, int status, const link::Headers &) {
                with(stream, [status](EgressEvents &e) { e.answered(status); });
            },
        .data =
            [with](link::StreamId stream, link::BytesView bytes) {
                with(stream, [bytes](EgressEvents &e) { e.data(bytes); });
            },
        .ended = [with](
                     link::StreamId stream) { with(stream, [](EgressEvents &e) { e.ended(); }); },
        .closed = [this](link::StreamId stream, std::uint32_t code) { close(stream, code == 0); },
        .writable =
            [with](link::StreamId stream) { with(stream, [](EgressEvents &e) { e.writable(); }); }};
}

link::Result<link::StreamId> EgressLink::open(
    const link::Headers &request, EgressEvents events, bool last)
{
    if (!m_session)
        return std::unexpected(
            link::Error{.kind = link::Error::Kind::Closed, .detail = "no gateway is connected"});
    auto stream = m_session->open(request, last);
    if (stream)
        m_streams.emplace(*stream, std::make_shared<EgressEvents>(std::move(events)));
    pump();
    return stream;
}

std::size_t EgressLink::write(link::StreamId stream, link::BytesView bytes)
{
    if (!m_session || !find(stream))
        return 0;
    const auto taken = m_session->write(stream, bytes);
    pump();
    return taken;
}

void EgressLink::consumed(link::StreamId stream, std::size_t count)
{
    if (!m_session || !find(stream))
        return;
    m_session->consumed(stream, count);
    pump();
}

void EgressLink::finish(link::StreamId stream)
{
    if (!m_session || !find(stream))
        return;
    m_session->finish(stream);
    pump();
}

void EgressLink::reset(link::StreamId stream)
{
    if (m_streams.erase(stream) == 0 || !m_session)
        return;
    m_session->reset(stream);
    pump();
}

void EgressLink::pump()
{
    if (m_awaitingOutput)
        return;
    for (;;) {
        if (m_output.empty() && m_session)
            m_output = m_session->takeOutput(outputBytes);
        if (m_output.empty())
            return;
        const auto count = ::write(m_port.native_handle(), m_output.data(), m_output.size());
        if (count < 0 && errno != EINTR)
            return errno == EAGAIN ? awaitOutput() : void();
        if (count > 0)
            m_output.erase(0, static_cast<std::size_t>(count));
    }
}

void EgressLink::awaitOutput()
{
    m_awaitingOutput = true;
    m_port.async_wait(
        asio::posix::stream_descriptor::wait_write, [this](const asio::error_code &error) {
            m_awaitingOutput = false;
            if (!error)
                pump();
        });
}

} // namespace core::guest
