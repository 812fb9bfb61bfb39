#include "core/guest/clock.h"

#include "core/guest/descriptor.h"

#include <array>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>

namespace core::guest {

namespace {

constexpr std::size_t maxSeed = 512;
constexpr std::int64_t nsPerSecond = 1'000'000'000;

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
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace core::guest
