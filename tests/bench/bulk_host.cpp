// The host's end of the link benchmark: bench_bulk_host SOCKET obeys lines on standard input, `from
// N` or `to N` (bytes), and prints the seconds each took.
#include "tests/bench/bare_link.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

using namespace core::link;

namespace {

using Clock = std::chrono::steady_clock;

class BulkClient
{
public:
    explicit BulkClient(const char *path)
        : m_chunk(64 << 10, 'x')
        , m_link(path,
              {.opened = {},
                  .answered = [this](auto, int, const auto &) { m_answered = true; },
                  .data =
                      [this](auto stream, auto bytes) {
                          m_received += bytes.size();
                          m_link.session().consumed(stream, bytes.size());
                      },
                  .ended = {},
                  .closed = {},
                  .writable = {}})
    {
    }

    void from(std::size_t count)
    {
        m_received = 0;
        (void)m_link.request("GET", "/send/" + std::to_string(count), true);
        while (m_received < count)
            m_link.turn();
    }

    void to(std::size_t count)
    {
        m_answered = false;
        const StreamId stream = m_link.request("POST", "/take", false);
        while (!m_answered) {
            for (std::size_t taken = 1; count > 0 && taken > 0; count -= taken)
                taken = m_link.session().write(stream, BytesView(m_chunk).substr(0, count));
            if (count == 0)
                m_link.session().finish(stream);
            m_link.turn();
        }
    }

private:
    Bytes m_chunk;
    BareLink m_link;
    std::size_t m_received = 0;
    bool m_answered = false;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        giveUp("usage: bench_bulk_host SOCKET");
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
