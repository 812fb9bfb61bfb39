#pragma once

#include "core/guest/children.h"

#include <functional>
#include <string>

namespace core::guest {

/// Keeps one of the agent's other processes running: starts it again when it ends, more slowly each
/// time.
class Role
{
public:
    /// `ended` hears how it ended; the host then connects its port again.
    Role(EventLoop &loop,
        Children &children,
        std::string name,
        std::function<void(const std::string &how)> ended);

    void start();
    /// TERM; it is not started again.
    void stop();
    [[nodiscard]] const std::string &name() const { return m_name; }

private:
    void exited(int waitStatus);

    EventLoop &m_loop;
    Children &m_children;
    std::string m_name;
    std::function<void(const std::string &)> m_ended;
    bool m_wanted = false;
    pid_t m_child = -1;
    int m_failures = 0; ///< in a row
    EventLoop::Clock::time_point m_startedAt;
};

} // namespace core::guest
