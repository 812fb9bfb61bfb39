#pragma once

#include <asio/posix/stream_descriptor.hpp>
#include <deque>
#include <functional>
#include <string>

namespace core::gateway {

/// JSON lines both ways with the warden. Longest line: 8 MiB.
class ControlChannel
{
public:
    using Line = std::function<void(const std::string &line)>;
    using Closed = std::function<void()>;

    /// Takes the descriptor.
    ControlChannel(const asio::any_io_executor &executor, int descriptor, Line line, Closed closed);

    void start() { read(); }
    /// `line` ends with a line feed. While the warden does not read, at most 4 MiB wait; then
    /// records are dropped.
    void send(const std::string &line);
    /// Sends what waits and ends the process's part in the channel; blocks for a short time at
    /// most.
    void flush();

private:
    static constexpr std::size_t maxLine = 8 << 20;
    static constexpr std::size_t maxWaiting = 4 << 20;

    void read();
    void write();

    asio::posix::stream_descriptor m_channel;
    Line m_line;
    Closed m_closed;
    std::string m_input;
    std::string m_room;
    std::string m_waiting;
    std::string m_writing;
};

} // namespace core::gateway
