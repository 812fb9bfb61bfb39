#pragma once

#include <string>
#include <vector>

namespace core::guest {

/// What a call of an OCI runtime (runc's command line) is about, as far as it matters to us.
struct RuntimeCall
{
    enum class Kind {
        Begin,   ///< create, run, restore: a container from a bundle
        Execute, ///< one more process in a container
        Other
    };
    Kind kind = Kind::Other;
    std::string root = {};      ///< where the runtime keeps its state
    std::string bundle = {};    ///< of Begin; "." when it is not given
    std::string process = {};   ///< of Execute: the file that describes it, or empty
    std::string container = {}; ///< its id, the last word
    friend bool operator==(const RuntimeCall &, const RuntimeCall &) = default;
};

/// `words` without the program's name.
RuntimeCall parseRuntimeCall(const std::vector<std::string> &words);

} // namespace core::guest
