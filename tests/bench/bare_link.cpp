#include "tests/bench/bare_link.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

using namespace core::link;

void giveUp(const std::string &why)
{
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, why.c_str());
    std::exit(125);
}

BareLink::BareLink(const char *socketPath, SessionEvents events)
    : m_greeting(PortName::Control, {'b', 'a', 'r', 'e'})
    , m_input(256 << 10, '\0')
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socketPath, sizeof(address.sun_path) - 1);
    m_port = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (::connect(m_port, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0)
        giveUp("cannot connect");
    m_session = std::move(*Session::create(Session::Role::Client, std::move(events)));
    while (!m_greeting.done()) {
        m_output += m_greeting.hello();
        turn(m_greeting.pauseMs());
    }
}

StreamId BareLink::request(const char *method, const std::string &path, bool last)
{
    const auto stream = m_session->open(
        {{":method", method}, {":scheme", "http"}, {":authority", "guest"}, {":path", path}}, last);
    return stream ? *stream : (giveUp(stream.error().detail), 0);
}

void BareLink::turn(int timeoutMs)
{
    if (m_written == m_output.size()) {
        m_written = 0;
        if (!m_greeting.done() || !m_session->nextOutput(m_output))
            m_output.clear();
    }
    const bool hasOutput = m_written < m_output.size();
    pollfd port{.fd = m_port,
        .events = static_cast<short>(hasOutput ? POLLIN | POLLOUT : POLLIN),
        .revents = 0};
    ::poll(&port, 1, timeoutMs);
    if (port.revents & POLLOUT)
        write();
    if (port.revents & POLLIN)
        read();
}

void BareLink::write()
{
    const auto count = ::write(m_port, m_output.data() + m_written, m_output.size() - m_written);
    m_written += count > 0 ? static_cast<std::size_t>(count) : 0;
}

void BareLink::read()
{
    const auto count = ::read(m_port, m_input.data(), m_input.size());
    if (count == 0 || (count < 0 && errno != EAGAIN))
        giveUp("the port closed");
    const auto passed =
        m_greeting.feed({m_input.data(), static_cast<std::size_t>(count > 0 ? count : 0)});
    if (!passed || !m_session->receive(*passed))
        giveUp("the guest broke the protocol");
    if (m_greeting.done() && !std::exchange(m_hasMet, true)) {
        m_output.clear(); // hellos that were not needed
        m_written = 0;
    }
}
