#include "core/guest/roles.h"

#include <cstdio>
#include <string_view>
#include <unistd.h>

int main(int count, char **arguments)
{
    const std::string_view role = count > 1 ? arguments[1] : "";
    if (::getpid() == 1)
        return core::guest::runInit(); // the kernel hands the words it does not know to init as
                                       // arguments
    const std::string_view path = count > 0 ? arguments[0] : "";
    const auto program = path.substr(path.rfind('/') + 1);
    if (program == "runc")
        return core::guest::runRuntime(count, arguments);
    if (program == "containerd")
        return core::guest::runContainerd(count, arguments);
    if (role == "relay")
        return core::guest::runRelay();
    if (role == "sync")
        return core::guest::runSync();
    std::fputs("usage: as PID 1 of a machine, or with the role relay or sync\n", stderr);
    return 2;
}
