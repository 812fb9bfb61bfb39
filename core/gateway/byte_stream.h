#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/error_code.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace core::gateway {

template <typename T>
using Async = asio::awaitable<T>;

using Read = std::expected<std::size_t, asio::error_code>;

/// Bytes both ways, with back-pressure: a write ends when the next layer has taken all of it.
class ByteStream
{
public:
    virtual ~ByteStream() = default;
    [[nodiscard]] virtual asio::any_io_executor executor() = 0;
    /// At least one byte; 0 when the peer will send no more.
    virtual Async<Read> read(std::span<char> room) = 0;
    virtual Async<asio::error_code> write(std::string_view bytes) = 0;
    /// No more will be written.
    virtual Async<void> finish() = 0;
    /// Ends both directions at once; what waits fails. May be called from anywhere, more than once.
    virtual void abort() = 0;
};

/// A stream whose bytes can be looked at before they are read.
class PeekedStream : public ByteStream
{
public:
    explicit PeekedStream(std::unique_ptr<ByteStream> inner)
        : m_inner(std::move(inner))
    {
    }

    asio::any_io_executor executor() override { return m_inner->executor(); }
    Async<Read> read(std::span<char> room) override;
    Async<asio::error_code> write(std::string_view bytes) override { return m_inner->write(bytes); }
    Async<void> finish() override { return m_inner->finish(); }
    void abort() override { m_inner->abort(); }

    /// Waits for more bytes than are buffered; false at the end or on an error.
    Async<bool> fill();
    [[nodiscard]] std::string_view buffered() const { return m_buffer; }
    void consume(std::size_t count) { m_buffer.erase(0, count); }

private:
    std::unique_ptr<ByteStream> m_inner;
    std::string m_buffer;
};

/// Calls `expired` after the time, unless it is destroyed before. It may be called from a
/// coroutine's own stack frame.
class Deadline
{
public:
    Deadline(const asio::any_io_executor &executor,
        std::chrono::milliseconds time,
        std::function<void()> expired);
    ~Deadline();
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;
    void restart();

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace core::gateway
