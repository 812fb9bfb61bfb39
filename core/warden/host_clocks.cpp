#include "core/warden/host_clocks.h"

#include <algorithm>
#include <ctime>

using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto tolerance = 2s;
constexpr auto shortestSleep = 500ms; // less is the time between two readings

std::chrono::milliseconds read(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::chrono::milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

} // namespace

HostClocks HostClocks::now()
{
#ifdef CLOCK_BOOTTIME
    constexpr auto withSleep = CLOCK_BOOTTIME;
#else
    constexpr auto withSleep = CLOCK_MONOTONIC;
#endif
    return {.real = read(CLOCK_REALTIME), .boot = read(withSleep), .awake = read(CLOCK_MONOTONIC)};
}

std::chrono::milliseconds sleptBetween(const HostClocks &before, const HostClocks &after)
{
    const auto slept = (after.boot - before.boot) - (after.awake - before.awake);
    return slept < shortestSleep ? 0ms : slept;
}

bool isWrongClock(
    std::chrono::milliseconds guest, const HostClocks &asked, const HostClocks &answered)
{
    // Set while the guest was asked, the host's clock may stand on either side.
    const auto [earliest, latest] = std::minmax(asked.real, answered.real);
    return guest < earliest - tolerance || guest > latest + tolerance;
}

} // namespace core
