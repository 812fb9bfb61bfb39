#pragma once

#include "core/guest/descriptor.h"
#include "core/guest/event_loop.h"
#include "core/link/bytes.h"

namespace core::guest {

/// The standard input of a command, a pipe or a terminal: bytes go straight in where the command
/// reads fast enough, and wait here where it does not. It is not bounded, its peer's credit is.
class CommandInput
{
public:
    enum class Kind { Pipe, Terminal };

    /// `drained` is called when the command has taken some of what waited.
    CommandInput(EventLoop &loop, EventLoop::Task drained);
    ~CommandInput() { close(); }

    /// What has waited for this goes in at once.
    void open(Descriptor descriptor, Kind kind);
    void take(link::BytesView bytes);
    /// No more comes: a pipe is closed once all is taken, a terminal is told so in its own way.
    void end();
    /// What waits and what still comes is thrown away.
    void close();

    [[nodiscard]] bool isOpen() const { return m_descriptor.isOpen(); }
    [[nodiscard]] int descriptor() const { return m_descriptor.value(); }
    /// Bytes that the command has not taken yet.
    [[nodiscard]] std::size_t pending() const { return m_waiting.size() - m_taken; }

private:
    std::size_t write(link::BytesView bytes);
    void flush();

    EventLoop &m_loop;
    EventLoop::Task m_drained;
    Descriptor m_descriptor;
    Kind m_kind = Kind::Pipe;
    bool m_isOver = false; ///< no more comes
    bool m_isClosed = false;
    link::Bytes m_waiting;
    std::size_t m_taken = 0; ///< of `m_waiting`
};

} // namespace core::guest
