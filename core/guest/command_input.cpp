#include "core/guest/command_input.h"

#include <cerrno>
#include <sys/epoll.h>
#include <unistd.h>

namespace core::guest {

namespace {

constexpr char endOfFile = '\x04';

} // namespace

CommandInput::CommandInput(EventLoop &loop, EventLoop::Task drained)
    : m_loop(loop)
    , m_drained(std::move(drained))
{
}

void CommandInput::open(Descriptor descriptor, Kind kind)
{
    m_descriptor = std::move(descriptor);
    m_kind = kind;
    m_loop.watch(m_descriptor.value(), 0, [this](std::uint32_t) { flush(); });
    if (std::exchange(m_isOver, false))
        end();
    else
        flush();
}

void CommandInput::take(link::BytesView bytes)
{
    if (m_isOver || m_isClosed)
        return;
    if (isOpen() && m_waiting.empty())
        bytes.remove_prefix(write(bytes));
    if (bytes.empty())
        return;
    if (m_taken > m_waiting.size() / 2)
        m_waiting.erase(0, std::exchange(m_taken, 0));
    m_waiting += bytes;
    if (isOpen())
        m_loop.change(m_descriptor.value(), EPOLLOUT);
}

void CommandInput::end()
{
    if (std::exchange(m_isOver, true) || !isOpen())
        return;
    if (m_kind == Kind::Terminal)
        m_waiting += endOfFile;
    flush();
}

/// How much of it the command has taken; all of it when it has closed its end.
std::size_t CommandInput::write(link::BytesView bytes)
{
    std::size_t written = 0;
    while (written < bytes.size()) {
        const auto count =
            ::write(m_descriptor.value(), bytes.data() + written, bytes.size() - written);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return written;
        if (count < 0)
            return bytes.size();
        written += static_cast<std::size_t>(count);
    }
    return written;
}

void CommandInput::flush()
{
    m_taken += write(link::BytesView(m_waiting).substr(m_taken));
    const bool isDrained = m_taken == m_waiting.size();
    if (isDrained) {
        m_waiting.clear();
        m_taken = 0;
    }
    m_loop.change(m_descriptor.value(), isDrained ? 0 : std::uint32_t{EPOLLOUT});
    if (isDrained && m_isOver && m_kind == Kind::Pipe)
        close();
    m_drained();
}

void CommandInput::close()
{
    if (isOpen())
        m_loop.forget(m_descriptor.value());
    m_descriptor.close();
    m_isClosed = true;
    m_waiting.clear();
    m_taken = 0;
}

} // namespace core::guest
