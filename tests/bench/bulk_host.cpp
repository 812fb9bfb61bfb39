// The host's end of the link benchmark: bench_bulk_host SOCKET obeys lines on standard input, `from
// N` or `to N` (bytes), and prints the seconds each took.
#include "core/link/greeting.h"
#include "core/link/session.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace core::link;

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void giveUp(const std::string &why)
{
    std::fprintf(stderr, "bench_bulk_host: %s\n", why.c_str());
    std::exit(1);
}

class BulkClient
{
public:
    explicit BulkClient(const char *path)
        : m_chunk(64 << 10, 'x')
        , m_input(256 << 10, '\0')
        , m_greeting(PortName::Control, {'b', 'e', 'n', 'c', 'h'})
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
        m_port = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (::connect(m_port, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0)
            giveUp("cannot connect");
        m_session = std::move(*Session::create(Session::Role::Client,
            {.opened = {},
                .answered = [this](auto, int, const auto &) { m_answered = true; },
                .data =
                    [this](auto stream, auto bytes) {
                        m_received += bytes.size();
                        m_session->consumed(stream, bytes.size());
                    },
                .ended = {},
                .closed = {},
                .writable = {}}));
        while (!m_greeting.done()) {
            m_output += m_greeting.hello();
            turn(m_greeting.pauseMs());
        }
    }

    void from(std::size_t count)
    {
        m_received = 0;
        (void)request("GET", "/send/" + std::to_string(count), true);
        while (m_received < count)
            turn(-1);
    }

    void to(std::size_t count)
    {
        m_answered = false;
        const StreamId stream = request("POST", "/take", false);
        while (!m_answered) {
            for (std::size_t taken = 1; count > 0 && taken > 0; count -= taken)
                taken = m_session->write(stream, BytesView(m_chunk).substr(0, count));
            if (count == 0)
                m_session->finish(stream);
            turn(-1);
        }
    }

private:
    StreamId request(const char *method, const std::string &path, bool last)
    {
        const auto stream = m_session->open(
            {{":method", method}, {":scheme", "http"}, {":authority", "guest"}, {":path", path}},
            last);
        return stream ? *stream : (giveUp(stream.error().detail), 0);
    }

    /// Moves what can be moved, after a wait for it.
    void turn(int timeoutMs)
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
        if (port.revents & POLLOUT) {
            const auto count =
                ::write(m_port, m_output.data() + m_written, m_output.size() - m_written);
            m_written += count > 0 ? static_cast<std::size_t>(count) : 0;
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
    }

    int m_port = -1;
    Bytes m_chunk;
    Bytes m_input;
    Bytes m_output;
    std::size_t m_written = 0;
    HostGreeting m_greeting;
    std::unique_ptr<Session> m_session;
    std::size_t m_received = 0;
    bool m_answered = false;
};

} // namespace

int main(int, char **argv)
{
    BulkClient client(argv[1]);
    std::string direction;
    for (std::size_t count = 0; std::cin >> direction >> count;) {
        const auto started = Clock::now();
        direction == "from" ? client.from(count) : client.to(count);
        const std::chrono::duration<double> taken = Clock::now() - started;
        std::printf("%.4f\n", taken.count());
        std::fflush(stdout);
    }
}
