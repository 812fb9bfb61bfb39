#include "core/gateway/confinement.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core::gateway {

namespace {

constexpr __u64 readAccess =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;

constexpr __u64 handledAccess =
    readAccess | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

std::string failed(const char *what)
{
    return std::string(what) + " is not available (" + std::strerror(errno) + ")";
}

void permit(int ruleset, const char *path)
{
    const int folder = ::open(path, O_PATH | O_CLOEXEC);
    if (folder < 0)
        return;
    const landlock_path_beneath_attr rule{.allowed_access = readAccess, .parent_fd = folder};
    ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    ::close(folder);
}

/// Resolver files are replaced while the gateway runs, so folders are named and not files.
std::string confineFiles()
{
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handledAccess;
    const auto ruleset = static_cast<int>(::syscall(
        SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0));
    if (ruleset < 0)
        return failed("Landlock");
    static constexpr std::array folders{"/etc",
        "/run/systemd/resolve",
        "/run/NetworkManager",
        "/run/resolvconf",
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/share/zoneinfo"};
    for (const auto *folder : folders)
        permit(ruleset, folder);
    const bool restricted = ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    const std::string result = restricted ? "Landlock" : failed("Landlock");
    ::close(ruleset);
    return result;
}

/// Running programs, looking into others, changing the system, serving: none of it is a gateway's
/// business.
constexpr std::array deniedCalls{SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(memfd_create),
    SCMP_SYS(kill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd)};

std::string confineCalls()
{
    auto *filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == nullptr)
        return failed("seccomp");
    int worst = 0;
    for (const int call : deniedCalls)
        worst = std::min(worst, seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0));
    const int loaded = seccomp_load(filter);
    seccomp_release(filter);
    errno = loaded != 0 ? -loaded : -worst;
    return loaded == 0 && worst == 0 ? "seccomp" : failed("seccomp");
}

} // namespace

std::string confine()
{
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("no_new_privs");
    return "no_new_privs, " + confineFiles() + ", " + confineCalls();
}

} // namespace core::gateway
