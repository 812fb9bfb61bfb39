#include "core/gateway/control_channel.h"

#include <asio/buffer.hpp>
#include <asio/write.hpp>
#include <openssl/crypto.h>
#include <poll.h>
#include <unistd.h>

namespace core::gateway {

ControlChannel::ControlChannel(
    const asio::any_io_executor &executor, int descriptor, Line line, Closed closed)
    : m_channel(executor, descriptor)
    , m_line(std::move(line))
    , m_closed(std::move(closed))
    , m_room(64 << 10, '\0')
{
}

void ControlChannel::read()
{
    m_channel.async_read_some(
        asio::buffer(m_room), [this](const asio::error_code &error, std::size_t count) {
            if (error || m_input.size() + count > maxLine)
                return m_closed();
            m_input.append(m_room.data(), count);
            OPENSSL_cleanse(m_room.data(), count); // keys come this way
            for (auto end = m_input.find('\n'); end != std::string::npos;
                end = m_input.find('\n')) {
                auto line = m_input.substr(0, end);
                OPENSSL_cleanse(m_input.data(), end);
                m_input.erase(0, end + 1);
                m_line(line);
                OPENSSL_cleanse(line.data(), line.size());
            }
            read();
        });
}

void ControlChannel::send(const std::string &line)
{
    if (m_waiting.size() + line.size() > maxWaiting)
        return;
    m_waiting += line;
    write();
}

void ControlChannel::write()
{
    if (!m_writing.empty() || m_waiting.empty())
        return;
    m_writing.swap(m_waiting);
    asio::async_write(
        m_channel, asio::buffer(m_writing), [this](const asio::error_code &error, std::size_t) {
            m_writing.clear();
            if (!error)
                write();
        });
}

void ControlChannel::flush()
{
    pollfd writable{.fd = m_channel.native_handle(), .events = POLLOUT, .revents = 0};
    std::string_view rest = m_waiting;
    while (!rest.empty() && ::poll(&writable, 1, 100) == 1) {
        const auto count = ::write(writable.fd, rest.data(), rest.size());
        if (count <= 0)
            return;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace core::gateway
