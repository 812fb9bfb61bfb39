#include "core/guest/virtio_port.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <thread>

namespace core::guest {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;
constexpr auto retryEvery = 20ms;
constexpr char classDirectory[] = "/sys/class/virtio-ports/";

} // namespace

std::string findVirtioPort(std::string_view name)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir(classDirectory), &::closedir);
    if (!directory)
        return {};
    const std::string wanted = "org.paddock." + std::string(name);
    while (const dirent *entry = ::readdir(directory.get())) {
        std::string found;
        std::ifstream file(classDirectory + std::string(entry->d_name) + "/name");
        if (std::getline(file, found) && found == wanted)
            return "/dev/" + std::string(entry->d_name);
    }
    return {};
}

std::expected<int, std::string> openVirtioPort(std::string_view name)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string reason = "there is no such port";
    do {
        const std::string device = findVirtioPort(name);
        const int port =
            device.empty() ? -1 : ::open(device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (port >= 0)
            return port;
        if (!device.empty())
            reason = device + ": " + std::strerror(errno);
        std::this_thread::sleep_for(retryEvery);
    } while (std::chrono::steady_clock::now() < deadline);
    return std::unexpected("port " + std::string(name) + ": " + reason);
}

} // namespace core::guest
