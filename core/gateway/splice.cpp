#include "core/gateway/splice.h"

#include <asio/experimental/awaitable_operators.hpp>
#include <vector>

namespace core::gateway {

namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr auto idleTime = 1h;
constexpr std::size_t pieceSize = 64 << 10;

struct Ends
{
    ByteStream &from;
    ByteStream &to;
};

Async<void> copy(Ends ends, std::uint64_t &count, Deadline &idle)
{
    std::vector<char> room(pieceSize);
    while (true) {
        const auto read = co_await ends.from.read(room);
        if (read && *read == 0)
            co_return co_await ends.to.finish();
        asio::error_code error;
        if (read)
            error = co_await ends.to.write({room.data(), *read});
        else
            error = read.error();
        if (error) {
            ends.from.abort();
            ends.to.abort();
            co_return;
        }
        count += *read;
        idle.restart();
    }
}

} // namespace

Async<void> splice(ByteStream &client, ByteStream &upstream, Traffic &traffic)
{
    Deadline idle(client.executor(), idleTime, [&] {
        client.abort();
        upstream.abort();
    });
    co_await (copy({.from = client, .to = upstream}, traffic.up, idle) &&
              copy({.from = upstream, .to = client}, traffic.down, idle));
}

} // namespace core::gateway
