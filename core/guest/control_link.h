#pragma once

#include "core/guest/descriptor.h"
#include "core/guest/event_loop.h"
#include "core/link/greeting.h"
#include "core/link/session.h"

#include <memory>

namespace core::guest {

/// The guest's end of the control port: greets, serves one HTTP/2 session after the other, moves
/// the bytes.
class ControlLink
{
public:
    /// Makes the events of a fresh session, and forgets what belonged to the previous one.
    using Connected = std::function<link::SessionEvents()>;

    /// `lost` is called when the host has gone.
    ControlLink(EventLoop &loop, Descriptor port, Connected connected, EventLoop::Task lost);
    ~ControlLink();

    /// Null while no host is connected.
    [[nodiscard]] link::Session *session() { return m_session.get(); }
    /// Writes what is queued, as far as the port takes it.
    void pump();
    [[nodiscard]] bool hasOutput() const;

private:
    void ready(std::uint32_t epollEvents);
    void read();
    void hungUp();
    void take(link::BytesView bytes);
    void connect();
    void disconnect();
    void forgetSession();

    EventLoop &m_loop;
    Descriptor m_port;
    Connected m_connected;
    EventLoop::Task m_lost;
    link::GuestGreeting m_greeting{link::PortName::Control};
    std::unique_ptr<link::Session> m_session;
    link::Bytes m_output;
    std::size_t m_written = 0;
    link::Bytes m_buffer;
    bool m_blocked = false;
};

} // namespace core::guest
