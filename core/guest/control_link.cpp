#include "core/guest/control_link.h"

#include <cerrno>
#include <sys/epoll.h>
#include <unistd.h>

namespace core::guest {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t readBytes = 64 << 10;
constexpr int readsATurn = 32; // so that a flood from the host does not starve the commands
constexpr auto hangUpBackOff = 50ms;

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
    for (int i = 0; i < readsATurn; ++i) {
        const auto count = ::read(m_port.value(), m_buffer.data(), m_buffer.size());
        if (count > 0) {
            take({m_buffer.data(), static_cast<std::size_t>(count)});
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        disconnect();
        m_loop.change(m_port.value(),
            0); // a hang-up holds until a host connects, and would be told without end
        m_loop.after(hangUpBackOff, [this] { m_loop.change(m_port.value(), EPOLLIN); });
        return;
    }
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
            m_output = m_session ? m_session->takeOutput() : link::Bytes();
            m_written = 0;
        }
        if (m_output.empty())
            break;
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
