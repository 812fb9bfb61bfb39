#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

namespace core::guest {

/// One thread's epoll loop. Callbacks may watch, forget, and stop at will, also what is being
/// called.
class EventLoop
{
public:
    using Ready = std::function<void(std::uint32_t epollEvents)>;
    using Task = std::function<void()>;
    using Clock = std::chrono::steady_clock;
    enum class TimerId : std::uint64_t {};

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop &) = delete;
    EventLoop &operator=(const EventLoop &) = delete;

    /// Calls `ready` whenever one of `epollEvents` (or an error, or a hang-up) holds. Watching
    /// again replaces.
    void watch(int descriptor, std::uint32_t epollEvents, Ready ready);
    /// Other events, same callback; 0 pauses, and spares the hang-up of a level-triggered
    /// descriptor too.
    void change(int descriptor, std::uint32_t epollEvents);
    void forget(int descriptor);

    TimerId after(std::chrono::milliseconds delay, Task task);
    void cancel(TimerId timer);

    /// Called each time before the loop waits: the place to write what the callbacks have queued.
    void beforeWaiting(Task task) { m_beforeWaiting = std::move(task); }

    void run();
    void stop() { m_running = false; }
    /// Waits up to `most` once and calls what is due.
    void turn(std::chrono::milliseconds most);

private:
    struct Watch
    {
        std::uint64_t serial = 0;
        std::uint32_t epollEvents = 0;
        bool isAdded = false;
        Ready ready;
    };

    void apply(int descriptor, Watch &watch, std::uint32_t epollEvents);
    void runTimers();
    int waitMs(std::chrono::milliseconds most) const;

    int m_epoll = -1;
    bool m_running = false;
    std::uint64_t m_serial = 0;
    std::unordered_map<int, std::shared_ptr<Watch>>
        m_watches; // shared: one may be forgotten while it is called
    std::map<std::pair<Clock::time_point, std::uint64_t>, Task> m_timers;
    std::unordered_map<std::uint64_t, Clock::time_point> m_deadlines;
    Task m_beforeWaiting;
};

} // namespace core::guest
