#include "core/guest/boot.h"

#include "core/guest/block_disks.h"
#include "core/guest/mounts.h"
#include "core/guest/network_interface.h"
#include "core/guest/places.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/reboot.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core::guest {
namespace {

constexpr char newRoot[] = "/newroot";
constexpr char moduleDirectory[] = "/modules/";
constexpr char moduleList[] = "/modules/load.list";

bool isProbe()
{
    std::ifstream commandLine("/proc/cmdline");
    for (std::string word; commandLine >> word;)
        if (word == "paddock.probe=1")
            return true;
    return false;
}

[[noreturn]] void answerProbe()
{
    const int console = ::open("/dev/console", O_WRONLY | O_CLOEXEC);
    constexpr std::string_view answer = "PADDOCK-PROBE-OK\n";
    if (::write(console, answer.data(), answer.size()) < 0)
        ::_exit(1); // PID 1 ending makes the kernel panic: no answer, as it should be
    powerOff();
}

Outcome<> loadModule(const std::string &name)
{
    const int module = ::open((moduleDirectory + name).c_str(), O_RDONLY | O_CLOEXEC);
    if (module < 0)
        return systemError(name);
    const auto loaded = ::syscall(SYS_finit_module, module, "", 0);
    const int error = errno;
    ::close(module);
    errno = error;
    // A module for a device of another machine type finds nothing; what is really missing shows in
    // the next step.
    if (loaded != 0 && error != EEXIST && error != ENODEV)
        return systemError("load " + name);
    return {};
}

Outcome<> loadModules()
{
    std::ifstream list(moduleList);
    for (std::string name; list >> name;)
        if (auto outcome = loadModule(name); !outcome)
            return outcome;
    return {};
}

/// The initrd's file is out of reach once the root is switched, and the roles are started from a
/// file.
Outcome<> keepBinary()
{
    ::mkdir(runDirectory, 0755);
    const int from = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const int to = ::open(agentBinary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    struct stat status{};
    bool copied = from >= 0 && to >= 0 && ::fstat(from, &status) == 0;
    for (auto left = status.st_size; copied && left > 0;) {
        const auto count = ::sendfile(to, from, nullptr, static_cast<std::size_t>(left));
        copied = count > 0;
        left -= count;
    }
    const auto outcome = copied ? Outcome<>() : Outcome<>(systemError(agentBinary));
    ::close(from);
    ::close(to);
    return outcome;
}

Outcome<> enterRoot()
{
    return diskBySerial("root")
        .and_then([](const std::string &device) { return mountDisk(device, newRoot); })
        .and_then([] { return switchRoot(newRoot); });
}

Outcome<> mountOwnDisks()
{
    const auto docker = diskBySerial("docker");
    const auto work = diskBySerial("work");
    if (!docker || !work)
        return std::unexpected(docker ? work.error() : docker.error());
    return formatEmptyDisks({*docker, *work})
        .and_then([&] { return mountDisk(*docker, dockerData); })
        .and_then([&] { return mountDisk(*work, workDisk); });
}

/// Limits that development tools run into with the kernel's defaults: watches of a large tree,
/// mappings, open files.
Outcome<> raiseLimits()
{
    return writeText("/proc/sys/fs/inotify/max_user_watches", "1048576")
        .and_then([] { return writeText("/proc/sys/fs/inotify/max_user_instances", "1024"); })
        .and_then([] { return writeText("/proc/sys/vm/max_map_count", "262144"); });
}

/// What the kernel looks after again and again wakes an idle machine, and there may be dozens.
/// (Documentation/admin-guide/sysctl/vm.rst)
Outcome<> letRest()
{
    return writeText("/proc/sys/vm/compaction_proactiveness", "0").and_then([] {
        return writeText("/proc/sys/vm/stat_interval", "10"); // seconds
    });
}

} // namespace

Outcome<> boot()
{
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    ::umask(022);
    if (auto mounted = mountEarly(); !mounted)
        return mounted;
    if (isProbe())
        answerProbe();
    return loadModules()
        .and_then(keepBinary)
        .and_then(enterRoot)
        .and_then(mountSystem)
        .and_then(mountOwnDisks)
        .and_then(configureNetwork)
        .and_then(raiseLimits)
        .and_then(letRest);
}

void powerOff()
{
    ::sync();
    ::reboot(RB_POWER_OFF);
    for (;;)
        ::pause(); // the kernel is on its way down
}

} // namespace core::guest
