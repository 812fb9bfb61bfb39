#include "core/confinement/confinement.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
/// The search for leaks looks into the process from outside, which a confined one forbids.
extern "C" int __lsan_is_turned_off() // NOLINT(bugprone-reserved-identifier)
{
    return 1;
}
#endif

namespace core {

namespace {

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

constexpr std::uint64_t changing = reading | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;

/// Moving between directories is a right of its own since version 2; before, it is always denied.
constexpr std::uint64_t handledFirst = (changing & ~std::uint64_t(LANDLOCK_ACCESS_FS_REFER)) |
                                       LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                       LANDLOCK_ACCESS_FS_MAKE_BLOCK;

/// Running programs, looking into others, changing the system: no business of a process that reads
/// what a guest sends.
constexpr std::array deniedToAll{SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(fsopen),
    SCMP_SYS(open_tree),
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
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(memfd_create),
    SCMP_SYS(kill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd)};

std::string failed(const char *what)
{
    return std::string(what) + " is not available (" + std::strerror(errno) + ")";
}

bool allow(int ruleset, std::span<const int> directories, std::uint64_t access)
{
    return std::ranges::all_of(directories, [&](int directory) {
        const landlock_path_beneath_attr rule{.allowed_access = access, .parent_fd = directory};
        return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    });
}

std::string confineFiles(const Confinement &confinement)
{
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0)
        return failed("Landlock");
    if (!confinement.changeable.empty() && version < 2)
        return "Landlock is too old for moving files";
    landlock_ruleset_attr attributes = {};
    attributes.handled_access_fs =
        handledFirst | (version < 2 ? 0 : std::uint64_t(LANDLOCK_ACCESS_FS_REFER));
    const auto ruleset = static_cast<int>(::syscall(
        SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0));
    if (ruleset < 0)
        return failed("Landlock");
    const bool complete = allow(ruleset, confinement.readable, reading) &&
                          allow(ruleset, confinement.changeable, changing);
    const bool restricted = complete && ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    std::string result = restricted ? "Landlock" : failed("Landlock");
    ::close(ruleset);
    return result;
}

std::string confineCalls(std::span<const int> more)
{
    auto *filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == nullptr)
        return failed("seccomp");
    int worst = 0;
    for (const std::span<const int> calls : {std::span<const int>(deniedToAll), more}) {
        for (const int call : calls)
            worst = std::min(worst, seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0));
    }
    const int loaded = seccomp_load(filter);
    seccomp_release(filter);
    errno = loaded != 0 ? -loaded : -worst;
    return loaded == 0 && worst == 0 ? "seccomp" : failed("seccomp");
}

} // namespace

std::string confine(const Confinement &confinement)
{
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("no_new_privs");
    return "no_new_privs, " + confineFiles(confinement) + ", " +
           confineCalls(confinement.deniedCalls);
}

} // namespace core
