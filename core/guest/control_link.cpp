#include "core/guest/control_link.h"

#include <cerrno>
#include <sys/epoll.h>
#include <unistd.h>

namespace core::guest {

namespace {

/// A read gives a page at most. What is there is gathered, so that all above has it in one piece;
/// not more in one turn, so that a flood from the host does not starve the commands.
constexpr std::size_t readBytes = 64 << 10;

} // namespace

ControlLink::ControlLink(
    EventLoop &loop, Descriptor port, Connected connected, EventLoop::Task lost)
    : m_loop(loop)
    , m_port(std::move(port))
    , m_connected(std::move(connected))
    , m_lost(std::move(lost))
    , m_buffer(readBytes, '\0')
{
    m_loop.watch(m_port.value(), EPOLLIN, [this](std::uint32_t events) { ready(events); });
}

ControlLink::~ControlLink()
{
    m_loop.forget(m_port.value());
}

void ControlLink::ready(std::uint32_t epollEvents)
{
    if (epollEvents & EPOLLOUT)
        m_blocked = false;
    read();
}

void ControlLink::read()
{
    std::size_t filled = 0;
    ssize_t count = 0;
    while (filled < m_buffer.size()) {
        count = ::read(m_port.value(), m_buffer.data() + filled, m_buffer.size() - filled);
        if (count <= 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    const bool isHungUp = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    if (filled > 0)
        take({m_buffer.data(), filled});
    if (isHungUp)
        hungUp();
}

/// A hang-up holds until a host connects, and would be told without end; the connection is an edge
/// of its own, so nothing polls and nothing is late.
void ControlLink::hungUp()
{
    disconnect();
    m_loop.change(m_port.value(), EPOLLIN | EPOLLET);
}

void ControlLink::take(link::BytesView bytes)
{
    auto fed = m_greeting.feed(bytes);
    if (!fed)
        return disconnect();
    if (!fed->reply.empty()) {
        const bool isNew = m_greeting.done();
        if (isNew)
            connect();
        m_output += fed->reply;
    }
    if (m_session && !fed->rest.empty() && !m_session->receive(fed->rest))
        disconnect();
}

void ControlLink::connect()
{
    forgetSession();
    auto session = link::Session::create(link::Session::Role::Server, m_connected());
    if (session)
        m_session = std::move(*session);
}

void ControlLink::disconnect()
{
    forgetSession();
    m_greeting = link::GuestGreeting(link::PortName::Control);
}

void ControlLink::forgetSession()
{
    const bool wasConnected = m_session != nullptr;
    m_session.reset();
    m_output.clear();
    m_written = 0;
    m_blocked = false;
    if (wasConnected)
        m_lost();
}

bool ControlLink::hasOutput() const
{
    return m_written < m_output.size() || (m_session && m_session->wantsOutput());
}

void ControlLink::pump()
{
    while (!m_blocked) {
        if (m_written == m_output.size()) {
            m_written = 0;
            if (!m_session || !m_session->nextOutput(m_output)) {
                m_output.clear();
                break;
            }
        }
        const auto count =
            ::write(m_port.value(), m_output.data() + m_written, m_output.size() - m_written);
        if (count > 0)
            m_written += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            m_blocked = true;
    }
    if (m_session)
        m_loop.change(m_port.value(), m_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

} // namespace core::guest
