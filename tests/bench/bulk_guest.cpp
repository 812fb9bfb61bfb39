// The guest's end of the link benchmark: streams of core/link on the control port, through the
// classes that paddock-guest itself uses, with nothing behind them. `GET /send/N` is answered with
// N bytes; the body of `POST /take` is thrown away.
#include "core/guest/control_link.h"
#include "core/guest/virtio_port.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>

namespace {

namespace guest = core::guest;
namespace link = core::link;

class BulkServer
{
public:
    BulkServer(guest::EventLoop &loop, int port)
        : m_link(
              loop,
              guest::Descriptor(port),
              [this] { return events(); },
              [this] { m_left.clear(); })
    {
        loop.beforeWaiting([this] { m_link.pump(); });
    }

private:
    link::SessionEvents events()
    {
        return {.opened = [this](auto stream, const auto &headers) { opened(stream, headers); },
            .answered = {},
            .data = [this](auto stream,
                        auto bytes) { m_link.session()->consumed(stream, bytes.size()); },
            .ended =
                [this](auto stream) {
                    if (!m_left.contains(stream))
                        m_link.session()->answer(stream, 200, {}, true);
                },
            .closed = [this](auto stream, auto) { m_left.erase(stream); },
            .writable = [this](auto stream) { fill(stream); }};
    }

    void opened(link::StreamId stream, const link::Headers &headers)
    {
        std::string_view path = link::headerValue(headers, ":path");
        if (!path.starts_with("/send/"))
            return;
        path.remove_prefix(6);
        std::from_chars(path.data(), path.data() + path.size(), m_left[stream]);
        m_link.session()->answer(stream, 200);
        fill(stream);
    }

    void fill(link::StreamId stream)
    {
        auto &left = m_left[stream];
        const auto source = [&left](std::span<char> room) {
            room = room.first(std::min(room.size(), left));
            std::memset(room.data(), 'x', room.size());
            left -= room.size();
            return room.size();
        };
        while (left > 0 && m_link.session()->fill(stream, source) > 0) {
        }
        if (left == 0)
            m_link.session()->finish(stream);
    }

    std::map<link::StreamId, std::size_t> m_left; ///< to be sent
    guest::ControlLink m_link;
};

} // namespace

int main()
{
    const auto port = guest::openVirtioPort("control");
    if (!port) {
        std::puts(port.error().c_str());
        return 1;
    }
    guest::EventLoop loop;
    const BulkServer server(loop, *port);
    loop.run();
}
