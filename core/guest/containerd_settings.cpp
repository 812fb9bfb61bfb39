#include "core/guest/containerd_settings.h"

#include <algorithm>

namespace core::guest {

std::string *configurationFile(std::vector<std::string> &words)
{
    const auto flag = std::ranges::find_if(
        words, [](const std::string &word) { return word == "--config" || word == "-c"; });
    return words.end() - flag < 2 ? nullptr : &*(flag + 1);
}

std::string restingConfiguration(const std::string &theirs)
{
    return "version = 2\n"
           "imports = [\"" +
           theirs +
           "\"]\n"
           "[plugins.\"io.containerd.gc.v1.scheduler\"]\n"
           "  pause_threshold = 0.00005\n";
}

} // namespace core::guest
