#include "core/guest/event_loop.h"

#include <algorithm>
#include <array>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace core::guest {

namespace {

constexpr int eventsATurn = 64;

/// A descriptor's number may be used again within one turn, so the serial goes along and is
/// compared.
std::uint64_t tag(int descriptor, std::uint64_t serial)
{
    return serial << 32 | static_cast<std::uint32_t>(descriptor);
}

} // namespace

EventLoop::EventLoop()
    : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
}

EventLoop::~EventLoop()
{
    ::close(m_epoll);
}

void EventLoop::watch(int descriptor, std::uint32_t epollEvents, Ready ready)
{
    forget(descriptor);
    auto watch = std::make_shared<Watch>();
    watch->serial = ++m_serial & 0xffffffff;
    watch->ready = std::move(ready);
    apply(descriptor, *watch, epollEvents);
    m_watches.emplace(descriptor, std::move(watch));
}

void EventLoop::change(int descriptor, std::uint32_t epollEvents)
{
    const auto found = m_watches.find(descriptor);
    if (found != m_watches.end() && found->second->epollEvents != epollEvents)
        apply(descriptor, *found->second, epollEvents);
}

void EventLoop::apply(int descriptor, Watch &watch, std::uint32_t epollEvents)
{
    epoll_event event{};
    event.events = epollEvents;
    event.data.u64 = tag(descriptor, watch.serial);
    const bool wanted = epollEvents != 0;
    if (wanted)
        ::epoll_ctl(m_epoll, watch.isAdded ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    else if (watch.isAdded)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    watch.isAdded = wanted;
    watch.epollEvents = epollEvents;
}

void EventLoop::forget(int descriptor)
{
    const auto found = m_watches.find(descriptor);
    if (found == m_watches.end())
        return;
    apply(descriptor, *found->second, 0);
    m_watches.erase(found);
}

EventLoop::TimerId EventLoop::after(std::chrono::milliseconds delay, Task task)
{
    const auto id = ++m_serial;
    const auto deadline = Clock::now() + delay;
    m_timers.emplace(std::pair(deadline, id), std::move(task));
    m_deadlines.emplace(id, deadline);
    return TimerId{id};
}

void EventLoop::cancel(TimerId timer)
{
    const auto found = m_deadlines.find(std::to_underlying(timer));
    if (found == m_deadlines.end())
        return;
    m_timers.erase({found->second, found->first});
    m_deadlines.erase(found);
}

void EventLoop::runTimers()
{
    const auto now = Clock::now();
    while (!m_timers.empty() && m_timers.begin()->first.first <= now) {
        auto due = m_timers.extract(m_timers.begin());
        m_deadlines.erase(due.key().second);
        due.mapped()();
    }
}

int EventLoop::waitMs(std::chrono::milliseconds most) const
{
    using namespace std::chrono;
    if (m_timers.empty())
        return static_cast<int>(most.count());
    const auto left = ceil<milliseconds>(m_timers.begin()->first.first - Clock::now());
    const auto bounded = std::max(0ms, left);
    return static_cast<int>(most < 0ms ? bounded.count() : std::min(most, bounded).count());
}

void EventLoop::turn(std::chrono::milliseconds most)
{
    if (m_beforeWaiting)
        m_beforeWaiting();
    std::array<epoll_event, eventsATurn> events{};
    const int count = ::epoll_wait(m_epoll, events.data(), eventsATurn, waitMs(most));
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = events[static_cast<std::size_t>(i)];
        const auto found = m_watches.find(static_cast<int>(event.data.u64 & 0xffffffff));
        if (found == m_watches.end() || found->second->serial != event.data.u64 >> 32)
            continue;
        const auto watch = found->second;
        watch->ready(event.events);
    }
    runTimers();
}

void EventLoop::run()
{
    m_running = true;
    while (m_running)
        turn(std::chrono::milliseconds(-1));
    if (m_beforeWaiting)
        m_beforeWaiting();
}

} // namespace core::guest
