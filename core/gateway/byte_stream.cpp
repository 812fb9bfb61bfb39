#include "core/gateway/byte_stream.h"

#include <algorithm>
#include <array>

namespace core::gateway {

Async<Read> PeekedStream::read(std::span<char> room)
{
    if (m_buffer.empty())
        co_return co_await m_inner->read(room);
    const auto count = std::min(room.size(), m_buffer.size());
    std::ranges::copy_n(m_buffer.begin(), static_cast<std::ptrdiff_t>(count), room.begin());
    m_buffer.erase(0, count);
    co_return count;
}

Async<bool> PeekedStream::fill()
{
    std::array<char, 16384> room;
    const auto count = co_await m_inner->read(room);
    if (!count || *count == 0)
        co_return false;
    m_buffer.append(room.data(), *count);
    co_return true;
}

struct Deadline::State
{
    asio::steady_timer timer;
    std::chrono::milliseconds time;
    std::function<void()> expired;

    static void wait(const std::shared_ptr<State> &state)
    {
        state->timer.expires_after(state->time);
        state->timer.async_wait([state](const asio::error_code &error) {
            if (!error && state->expired)
                state->expired();
        });
    }
};

Deadline::Deadline(const asio::any_io_executor &executor,
    std::chrono::milliseconds time,
    std::function<void()> expired)
    : m_state(std::make_shared<State>(asio::steady_timer(executor), time, std::move(expired)))
{
    State::wait(m_state);
}

Deadline::~Deadline()
{
    m_state->expired = nullptr;
    m_state->timer.cancel();
}

void Deadline::restart()
{
    State::wait(m_state);
}

} // namespace core::gateway
