#include "core/guest/mounts.h"

#include <array>
#include <cerrno>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::guest {
namespace {

struct Mount
{
    const char *source;
    const char *target;
    const char *type;
    unsigned long flags;
    const char *options;
};

constexpr std::array early{
    Mount{"proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
    Mount{"sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
    Mount{"devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755"},
    Mount{"tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"},
};

constexpr std::array system{
    Mount{"devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=0620,ptmxmode=0666"},
    Mount{"tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"},
    Mount{"cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate"},
};

Outcome<> mountOne(const Mount &mount)
{
    ::mkdir(mount.target, 0755); // exists, or mounting tells
    // The kernel mounts devtmpfs itself when it is told to; that is as good.
    if (::mount(mount.source, mount.target, mount.type, mount.flags, mount.options) != 0 &&
        errno != EBUSY)
        return systemError(std::string("mount ") + mount.target);
    return {};
}

template <typename Mounts>
Outcome<> mountAll(const Mounts &mounts)
{
    for (const auto &mount : mounts)
        if (auto outcome = mountOne(mount); !outcome)
            return outcome;
    return {};
}

Outcome<> makeLinks()
{
    constexpr std::array<std::pair<const char *, const char *>, 5> links{{
        {"/proc/self/fd", "/dev/fd"},
        {"/proc/self/fd/0", "/dev/stdin"},
        {"/proc/self/fd/1", "/dev/stdout"},
        {"/proc/self/fd/2", "/dev/stderr"},
        {"/proc/kcore", "/dev/core"},
    }};
    for (const auto &[target, link] : links)
        if (::symlink(target, link) != 0 && errno != EEXIST)
            return systemError(link);
    return {};
}

} // namespace

Outcome<> mountEarly()
{
    return mountAll(early);
}

Outcome<> switchRoot(const char *newRoot)
{
    for (const auto &mount : early) {
        const auto target = std::string(newRoot) + mount.target;
        ::mkdir(target.c_str(), 0755);
        if (::mount(mount.target, target.c_str(), nullptr, MS_MOVE, nullptr) != 0)
            return systemError("move " + std::string(mount.target));
    }
    if (::chdir(newRoot) != 0 || ::mount(".", "/", nullptr, MS_MOVE, nullptr) != 0 ||
        ::chroot(".") != 0 || ::chdir("/") != 0)
        return systemError("switch root");
    // Docker's mounts must not travel to other namespaces by accident, ours must: the usual default
    // of an init.
    ::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr);
    return {};
}

Outcome<> mountSystem()
{
    if (auto outcome = mountAll(system); !outcome)
        return outcome;
    if (auto outcome = makeLinks(); !outcome)
        return outcome;
    ::mkdir("/run/lock", 01777);
    ::chmod("/run/lock", 01777);
    return writeText("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory +pids +io +cpuset");
}

Outcome<> mountDisk(const std::string &device, const char *at)
{
    std::string made;
    for (const char *rest = at; *rest; ++rest) { // every parent, then the mount point itself
        made.push_back(*rest);
        if ((rest[1] == '/' || rest[1] == '\0') && made.size() > 1)
            ::mkdir(made.c_str(), 0755);
    }
    if (::mount(device.c_str(), at, "ext4", MS_NOATIME, "discard") != 0)
        return systemError("mount " + device);
    return {};
}

} // namespace core::guest
