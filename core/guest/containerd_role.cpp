#include "core/guest/containerd_settings.h"
#include "core/guest/files.h"
#include "core/guest/places.h"
#include "core/guest/real_program.h"
#include "core/guest/roles.h"

#include <cstdio>

namespace core::guest {

int runContainerd(int count, char **arguments)
{
    std::vector<std::string> words(arguments, arguments + count);
    if (auto *file = configurationFile(words)) {
        // One that wakes up too often is better than none.
        if (const auto written = replaceFile(containerdFile, restingConfiguration(*file), 0600))
            *file = containerdFile;
        else
            std::fprintf(stderr, "paddock: %s\n", written.error().c_str());
    }
    std::vector<char *> argv;
    for (auto &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return becomeReal("containerd", argv.data());
}

} // namespace core::guest
