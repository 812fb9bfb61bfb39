#include "core/sync/guest_repository.h"

#include "core/tree/beneath.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <grp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace core::sync {

namespace {

using tree::Result;

constexpr std::size_t maxOutput = 64 << 20;

/// Whether some part of a tracked path is left out of the sync.
bool isLeftOut(const Selection &selection, std::string_view path)
{
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
        slash = path.find('/', slash + 1)) {
        if (reasonFor(selection, path.substr(0, slash), true) != Reason::Part)
            return true;
    }
    return reasonFor(selection, path, false) != Reason::Part;
}

struct Command
{
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::string directory;
    std::optional<std::pair<unsigned, unsigned>> owner;
};

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> list;
    for (std::string &text : texts)
        list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

[[noreturn]] void become(const Command &command,
    char *const *arguments,
    char *const *environment,
    std::array<int, 2> files)
{
    ::dup2(files[0], 0);
    ::dup2(files[1], 1);
    ::dup2(files[1], 2);
    ::close_range(3, ~0U, 0);
    if (command.owner && ::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(command.owner->second) != 0 ||
            ::setuid(command.owner->first) != 0))
        ::_exit(126);
    if (::chdir(command.directory.c_str()) != 0)
        ::_exit(126);
    ::execvpe("git", arguments, environment);
    ::_exit(127);
}

Result<std::string> readBack(int file)
{
    std::string text;
    std::string buffer(64 << 10, '\0');
    while (text.size() < maxOutput) {
        const auto got =
            ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
        if (got <= 0)
            break;
        text.append(buffer, 0, static_cast<std::size_t>(got));
    }
    return text;
}

} // namespace

GuestRepository::~GuestRepository()
{
    if (!m_path.empty())
        ::unlink(m_path.c_str());
}

Result<> GuestRepository::addBundle(std::string_view bytes)
{
    if (!m_bundle) {
        // git opens it by name, as the owner of the workspace, who may read the workspace's history
        // anyway.
        m_path = "/tmp/.paddock-bundle-" + std::to_string(::getpid());
        ::unlink(m_path.c_str());
        m_bundle = tree::Descriptor(
            ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444));
    }
    if (!m_bundle)
        return tree::systemError("store the bundle");
    return tree::writeAll(m_bundle.number(), bytes);
}

Result<std::string> GuestRepository::git(
    std::vector<std::string> arguments, const std::string &input) const
{
    // Memory files instead of pipes: no reader is needed while git runs.
    const tree::Descriptor in(::memfd_create("git-input", MFD_CLOEXEC));
    const tree::Descriptor out(::memfd_create("git-output", MFD_CLOEXEC));
    if (!in || !out)
        return tree::systemError("memory file");
    if (auto written = tree::writeAll(in.number(), input); !written)
        return std::unexpected(written.error());
    ::lseek(in.number(), 0, SEEK_SET);
    arguments.insert(arguments.begin(), "git");
    Command command{.arguments = std::move(arguments),
        .environment = {"PATH=/usr/local/bin:/usr/bin:/bin",
            "HOME=/nonexistent",
            "LC_ALL=C",
            "GIT_TERMINAL_PROMPT=0",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CONFIG_GLOBAL=/dev/null"},
        .directory = m_places.workspace,
        .owner = m_places.owner};
    const std::vector<char *> list = pointers(command.arguments);
    const std::vector<char *> environment = pointers(command.environment);
    const pid_t child = ::fork();
    if (child == 0)
        become(command, list.data(), environment.data(), {in.number(), out.number()});
    if (child < 0)
        return tree::systemError("start git");
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    auto text = readBack(out.number());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return std::unexpected(tree::Error{
            .detail = "git " + command.arguments[1] + ": " +
                      (WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "not installed"
                                                                       : text->substr(0, 400))});
    return text;
}

Result<> GuestRepository::configure(const GitSetup &setup) const
{
    std::vector<std::array<std::string, 2>> settings = {{"core.checkStat", "minimal"}};
    if (!setup.userName.empty())
        settings.push_back({"user.name", setup.userName});
    if (!setup.userEmail.empty())
        settings.push_back({"user.email", setup.userEmail});
    for (const GitRemote &remote : setup.remotes) {
        settings.push_back({"remote." + remote.name + ".url", remote.url});
        settings.push_back({"remote." + remote.name + ".fetch",
            "+refs/heads/*:refs/remotes/" + remote.name + "/*"});
    }
    for (const auto &[name, value] : settings) {
        if (auto set = git({"config", name, value}); !set)
            return std::unexpected(set.error());
    }
    return {};
}

Result<> GuestRepository::fetch(const GitSetup &setup) const
{
    if (!setup.bundle || !m_bundle)
        return {};
    const auto fetched = git({"fetch",
        "--quiet",
        "--update-head-ok",
        "--no-write-fetch-head",
        m_path,
        "+refs/heads/*:refs/heads/*",
        "+refs/tags/*:refs/tags/*",
        "+refs/remotes/*:refs/remotes/*",
        "+HEAD:refs/paddock/head"});
    if (!fetched)
        return std::unexpected(fetched.error());
    return {};
}

Result<> GuestRepository::buildIndex(const GitSetup &setup, const Selection &selection) const
{
    if (!setup.bundle)
        return {};
    if (setup.detached) {
        if (auto head = git({"update-ref", "--no-deref", "HEAD", "refs/paddock/head"}); !head)
            return std::unexpected(head.error());
    }
    (void)git({"update-ref", "-d", "refs/paddock/head"});
    if (auto read = git({"read-tree", "HEAD"}); !read)
        return std::unexpected(read.error());
    const auto tracked = git({"ls-files", "-z"});
    if (!tracked)
        return std::unexpected(tracked.error());
    std::string leftOut;
    for (std::string_view rest = *tracked; !rest.empty();) {
        const auto end = std::min(rest.find('\0'), rest.size() - 1);
        if (isLeftOut(selection, rest.substr(0, end)))
            leftOut += rest.substr(0, end + 1);
        rest.remove_prefix(end + 1);
    }
    if (!leftOut.empty()) {
        if (auto skipped = git({"update-index", "-z", "--skip-worktree", "--stdin"}, leftOut);
            !skipped)
            return std::unexpected(skipped.error());
    }
    // Fails when files differ from HEAD, which is what the user's own changes look like.
    (void)git({"update-index", "-q", "--refresh"});
    return {};
}

Result<> GuestRepository::build(const GitSetup &setup, const Selection &selection)
{
    std::string branch = "main";
    constexpr std::string_view prefix = "refs/heads/";
    if (!setup.detached && setup.head.starts_with(prefix))
        branch = setup.head.substr(prefix.size());
    if (auto made = git({"init", "--quiet", "--template=", "--initial-branch=" + branch}); !made)
        return std::unexpected(made.error());
    if (auto step = configure(setup); !step)
        return step;
    if (auto step = fetch(setup); !step)
        return step;
    return buildIndex(setup, selection);
}

} // namespace core::sync
