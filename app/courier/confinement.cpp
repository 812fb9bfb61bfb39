#include "app/courier/confinement.h"

#include "core/confinement/confinement.h"

#include <array>
#include <seccomp.h>

std::string confineCourier(std::span<const int> directories)
{
    // The control channel and the port are read and written as files.
    static constexpr std::array denied{SCMP_SYS(socket),
        SCMP_SYS(socketpair),
        SCMP_SYS(connect),
        SCMP_SYS(bind),
        SCMP_SYS(sendto),
        SCMP_SYS(sendmsg),
        SCMP_SYS(sendmmsg),
        SCMP_SYS(recvfrom),
        SCMP_SYS(recvmsg),
        SCMP_SYS(recvmmsg),
        SCMP_SYS(name_to_handle_at),
        SCMP_SYS(mknod),
        SCMP_SYS(mknodat),
        SCMP_SYS(chown),
        SCMP_SYS(lchown),
        SCMP_SYS(fchown),
        SCMP_SYS(fchownat),
        SCMP_SYS(tkill)};
    return core::confine({.changeable = directories, .deniedCalls = denied});
}
