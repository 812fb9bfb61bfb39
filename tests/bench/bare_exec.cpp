// The least client of a guest agent: bench_bare_exec SOCKET PROGRAM [ARGUMENT…] runs one program as
// the user "agent" over the control port and ends with its exit code. Nothing is configured first.
#include "core/link/channel_frames.h"
#include "core/link/greeting.h"
#include "core/link/session.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace core::link;
using Json = nlohmann::json;

namespace {

[[noreturn]] void giveUp(const std::string &why)
{
    std::fprintf(stderr, "bench_bare_exec: %s\n", why.c_str());
    std::exit(125);
}

class BareExec
{
public:
    explicit BareExec(const char *path)
        : m_greeting(PortName::Control, {'b', 'a', 'r', 'e'})
        , m_input(256 << 10, '\0')
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
        m_port = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (::connect(m_port, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0)
            giveUp("cannot connect");
        m_session = std::move(*Session::create(Session::Role::Client,
            {.opened = {},
                .answered = {},
                .data = [this](auto stream, auto bytes) { take(stream, bytes); },
                .ended = {},
                .closed = {},
                .writable = {}}));
        while (!m_greeting.done()) {
            m_output += m_greeting.hello();
            turn(m_greeting.pauseMs());
        }
    }

    int run(const Json &argv)
    {
        const Json spec{{"spec",
            {{"argv", argv},
                {"env", Json::object()},
                {"cwd", "/"},
                {"user", "agent"},
                {"terminal", nullptr}}}};
        const auto stream = m_session->open({{":method", "POST"},
            {":scheme", "http"},
            {":authority", "guest"},
            {":path", "/exec"}});
        if (!stream)
            giveUp(stream.error().detail);
        (void)m_session->write(*stream, encodeFrame(Channel::Control, spec.dump()));
        while (!m_code)
            turn(-1);
        return *m_code;
    }

private:
    void take(StreamId stream, BytesView bytes)
    {
        m_session->consumed(stream, bytes.size());
        const auto parts = m_reader.feed(bytes);
        if (!parts)
            giveUp(parts.error().detail);
        for (const auto &part : *parts) {
            if (part.channel != Channel::Control)
                print(part.bytes);
            else if (const Json told = Json::parse(part.bytes, nullptr, false);
                told.contains("exit"))
                m_code = told["exit"].value("code", 124);
            else if (told.contains("failed"))
                giveUp(told["failed"].get<std::string>());
        }
    }

    static void print(BytesView bytes)
    {
        std::fwrite(bytes.data(), 1, bytes.size(), stdout);
        std::fflush(stdout);
    }

    /// Moves what can be moved, after a wait for it.
    void turn(int timeoutMs)
    {
        if (m_output.empty() && m_greeting.done())
            m_output = m_session->takeOutput();
        pollfd port{.fd = m_port,
            .events = static_cast<short>(m_output.empty() ? POLLIN : POLLIN | POLLOUT),
            .revents = 0};
        ::poll(&port, 1, timeoutMs);
        if (port.revents & POLLOUT) {
            const auto count = ::write(m_port, m_output.data(), m_output.size());
            m_output.erase(0, count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        if (!(port.revents & POLLIN))
            return;
        const auto count = ::read(m_port, m_input.data(), m_input.size());
        if (count <= 0 && errno != EAGAIN)
            giveUp("the port closed");
        const auto passed = m_greeting.feed(
            {m_input.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
        if (!passed || !m_session->receive(*passed))
            giveUp("the guest broke the protocol");
        if (m_greeting.done() && !std::exchange(m_hasMet, true))
            m_output.clear(); // hellos that were not needed
    }

    int m_port = -1;
    HostGreeting m_greeting;
    Bytes m_input;
    Bytes m_output;
    std::unique_ptr<Session> m_session;
    ChannelReader m_reader;
    bool m_hasMet = false;
    std::optional<int> m_code;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        giveUp("usage: bench_bare_exec SOCKET PROGRAM [ARGUMENT…]");
    return BareExec(argv[1]).run(std::vector<std::string>(argv + 2, argv + argc));
}
