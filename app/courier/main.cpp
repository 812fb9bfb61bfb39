#include "app/courier/confinement.h"
#include "app/courier/courier.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <vector>

namespace {

bool isDirectory(int descriptor)
{
    struct stat status = {};
    return ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

} // namespace

/// Keeps one workspace and the copy in its sandbox equal. Started by the warden with descriptors 3
/// to 8 and no arguments; core/warden/PROCESSES.md describes both.
int main()
{
    ::signal(SIGPIPE, SIG_IGN);
    const Descriptors descriptors;
    std::vector<int> directories;
    for (const int descriptor : {descriptors.workspace, descriptors.sync, descriptors.versions}) {
        if (isDirectory(descriptor))
            directories.push_back(descriptor);
    }
    const bool complete = ::fcntl(descriptors.control, F_GETFD) >= 0 &&
                          ::fcntl(descriptors.port, F_GETFD) >= 0 &&
                          isDirectory(descriptors.workspace) && isDirectory(descriptors.sync);
    if (!complete)
        return 2;
    return Courier(descriptors, confineCourier(directories)).run();
}
