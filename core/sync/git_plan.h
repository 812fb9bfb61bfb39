#pragma once

#include "core/sync/codec.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core::sync {

/// What the warden asks the host's git, once, before a sandbox is seeded; each a program run with
/// `gitArguments` and `gitEnvironment`. Nothing of it reaches the network, runs a hook or a helper,
/// or writes to the repository.
enum class GitStep {
    Probe,  ///< first; `readProbe` says whether to go on
    Head,   ///< exit status 1: detached
    Commit, ///< exit status 1: no commit yet
    UserName,
    UserEmail,
    Remotes,
    Bundle, ///< only with a commit; writes the file given
    Refs,   ///< branches and tags
};

/// The arguments, "git" not among them.
[[nodiscard]] std::vector<std::string> gitArguments(
    GitStep step, const std::string &workspace, const std::string &bundlePath = {});
/// Variables to set; all others stay, those beginning with GIT_ excepted, which must be removed.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> gitEnvironment();

struct GitAnswer
{
    int exitStatus = -1; ///< -1: git could not be started
    std::string output = {};
    std::string errors = {};
};

enum class GitShape {
    NoGit, ///< no git program on the host
    NoRepository,
    Repository,
    Worktree,  ///< `.git` is a file that leads elsewhere; the sandbox gets a repository of its own
               ///< all the same
    Subfolder, ///< of a larger repository
    Bare,
    Shallow, ///< its history is cut off
    Refused, ///< git does not trust the folder, or failed
};

struct GitView
{
    GitShape shape = GitShape::NoRepository;
    std::string
        notice; ///< for the user, with what follows from it; empty for an ordinary repository
    [[nodiscard]] bool hasHistory() const
    {
        return shape == GitShape::Repository || shape == GitShape::Worktree;
    }
};

/// `workspace` must be canonical.
[[nodiscard]] GitView readProbe(const std::string &workspace, const GitAnswer &answer);

struct GitAnswers
{
    GitAnswer head = {};
    GitAnswer commit = {};
    GitAnswer userName = {};
    GitAnswer userEmail = {};
    GitAnswer remotes = {};
};

/// What the guest's repository is made from. `bundle` is set when there is a commit, so a bundle is
/// to be made.
[[nodiscard]] GitSetup readAnswers(const GitAnswers &answers);

/// Where a repository stands.
struct GitRefs
{
    std::string branch = {}; ///< "refs/heads/…"; empty: detached, or no repository
    std::string commit = {}; ///< of HEAD; empty: none yet
    /// Name and object. None when they are more than 1 MiB: a record with them must stay readable.
    std::vector<std::pair<std::string, std::string>> refs = {};
};
/// From the answers to Head, Commit and Refs.
[[nodiscard]] GitRefs readRefs(
    const GitAnswer &head, const GitAnswer &commit, const GitAnswer &refs);

/// A remote's URL without user name and password over HTTP, without password elsewhere; empty when
/// it is no URL that makes sense in the guest (a remote helper's).
[[nodiscard]] std::string withoutCredentials(std::string_view url);

} // namespace core::sync
