#pragma once

#include "core/guest/outcome.h"
#include "core/guest/users.h"

#include <map>
#include <string>
#include <vector>

namespace core::guest {

using Environment = std::map<std::string, std::string>;

/// A program to be started, in a session and a process group of its own.
struct Launch
{
    std::vector<std::string>
        argv; ///< the first one is looked up in PATH of `environment` unless it has a slash
    Environment environment;
    std::string directory; ///< where it starts; must be reachable for the user
    User user;
    int input = -1;
    int output = -1;
    int error = -1;
    bool terminal = false; ///< `input` becomes the controlling terminal
};

/// Starts it, in the time of a vfork; the child's number, or why not in words for the user. The
/// change of user, of directory and the exec itself have succeeded when it returns.
Outcome<pid_t> spawn(const Launch &launch);

/// Runs a program as ourselves to its end, with our environment and standard streams; fails when it
/// cannot start or ends with another code than 0. Blocks, so for the time before the event loop
/// only.
Outcome<> run(const std::vector<std::string> &argv);

/// The environment of a login of `user`.
Environment loginEnvironment(const User &user);

} // namespace core::guest
