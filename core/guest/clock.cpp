#include "core/guest/clock.h"

#include "core/guest/descriptor.h"
#include "core/guest/files.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/random.h>
#include <sstream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace core::guest {

namespace {

constexpr std::size_t maxSeed = 512;
constexpr std::int64_t nsPerSecond = 1'000'000'000;

std::int64_t millisecondsOf(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace

Outcome<> setSystemClock(std::int64_t realtimeNs)
{
    const timespec time{.tv_sec = realtimeNs / nsPerSecond, .tv_nsec = realtimeNs % nsPerSecond};
    return ::clock_settime(CLOCK_REALTIME, &time) == 0 ? Outcome<>()
                                                       : Outcome<>(systemError("clock"));
}

Outcome<> reseedKernel(std::string_view randomBytes)
{
    const std::size_t size = std::min(randomBytes.size(), maxSeed);
    std::array<char, sizeof(rand_pool_info) + maxSeed> request{};
    const rand_pool_info header{
        .entropy_count = static_cast<int>(size * 8), .buf_size = static_cast<int>(size)};
    std::memcpy(request.data(), &header, sizeof(header));
    std::memcpy(request.data() + sizeof(header), randomBytes.data(), size);
    const Descriptor random(::open("/dev/urandom", O_WRONLY | O_CLOEXEC));
    if (!random.isOpen() || ::ioctl(random.value(), RNDADDENTROPY, request.data()) != 0 ||
        ::ioctl(random.value(), RNDRESEEDCRNG) != 0)
        return systemError("reseed");
    return {};
}

std::int64_t uptimeMs()
{
    return millisecondsOf(CLOCK_BOOTTIME);
}

std::int64_t busyMs()
{
    // "cpu  user nice system idle iowait irq softirq steal …", in ticks
    std::istringstream line(readFile("/proc/stat"));
    std::string word;
    std::int64_t busy = 0;
    line >> word;
    for (int column = 0; column < 8 && line >> word; ++column)
        if (column != 3 && column != 4)
            busy += std::strtoll(word.c_str(), nullptr, 10);
    return busy * 1000 / ::sysconf(_SC_CLK_TCK);
}

std::int64_t realtimeMs()
{
    return millisecondsOf(CLOCK_REALTIME);
}

} // namespace core::guest
