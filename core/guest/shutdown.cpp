#include "core/guest/shutdown.h"

#include "core/guest/files.h"
#include "core/guest/places.h"

#include <chrono>
#include <csignal>
#include <sstream>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace core::guest {

namespace {

using namespace std::chrono_literals;

constexpr auto politeTime = 2s;
constexpr auto pollEvery = 10ms;

/// True when no child is left.
bool reapUntil(std::chrono::steady_clock::time_point deadline)
{
    while (std::chrono::steady_clock::now() < deadline) {
        const pid_t child = ::waitpid(-1, nullptr, WNOHANG);
        if (child < 0)
            return true; // ECHILD
        if (child == 0)
            std::this_thread::sleep_for(pollEvery);
    }
    return false;
}

std::vector<std::string> mountPoints()
{
    std::vector<std::string> points;
    std::istringstream mounts(readFile("/proc/self/mounts"));
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string device;
        std::string point;
        if (fields >> device >> point && device.starts_with("/dev/") && point != "/")
            points.push_back(point);
    }
    return points;
}

} // namespace

void endMachine(ShutdownMode mode)
{
    ::kill(-1, SIGTERM);
    ::kill(-1, SIGCONT);
    if (!reapUntil(std::chrono::steady_clock::now() + politeTime)) {
        ::kill(-1, SIGKILL);
        reapUntil(std::chrono::steady_clock::now() + politeTime);
    }
    ::sync();
    auto points = mountPoints();
    for (auto point = points.rbegin(); point != points.rend(); ++point)
        ::umount2(point->c_str(), 0);
    ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
    ::sync();
    ::reboot(mode == ShutdownMode::Reboot ? RB_AUTOBOOT : RB_POWER_OFF);
    while (true)
        ::pause();
}

} // namespace core::guest
