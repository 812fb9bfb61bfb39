#pragma once

#include "core/guest/descriptor.h"
#include "core/guest/event_loop.h"

#include <functional>
#include <sys/types.h>
#include <unordered_map>

namespace core::guest {

/// Reaps every child of this process, those it was never told of included (PID 1 inherits orphans).
/// Blocks SIGCHLD in the calling thread; what is started must unblock it.
class Children
{
public:
    using Ended = std::function<void(int waitStatus)>;

    explicit Children(EventLoop &loop);
    ~Children();

    /// Calls `ended` once when the child has been reaped.
    void expect(pid_t child, Ended ended) { m_expected.insert_or_assign(child, std::move(ended)); }
    void forget(pid_t child);
    /// It was not reaped yet, so its number is still its own.
    [[nodiscard]] bool isExpected(pid_t child) const { return m_expected.contains(child); }
    /// Told of every child that ended, before `ended`.
    void onAny(std::function<void(pid_t, int waitStatus)> any) { m_any = std::move(any); }

private:
    void reap();

    EventLoop &m_loop;
    Descriptor m_signals;
    std::unordered_map<pid_t, Ended> m_expected;
    std::function<void(pid_t, int)> m_any;
};

} // namespace core::guest
