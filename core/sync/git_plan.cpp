#include "core/sync/git_plan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace core::sync {

namespace {

constexpr std::size_t mostRefBytes = 1 << 20;

constexpr std::array overrides = {"core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "core.pager=cat",
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "submodule.recurse=false",
    "maintenance.auto=false",
    "gc.auto=0"};

std::vector<std::string> wordsOf(GitStep step, const std::string &bundlePath)
{
    switch (step) {
    case GitStep::Probe:
        return {"rev-parse",
            "--is-bare-repository",
            "--is-shallow-repository",
            "--absolute-git-dir",
            "--show-prefix"};
    case GitStep::Head:
        return {"symbolic-ref", "--quiet", "HEAD"};
    case GitStep::Commit:
        return {"rev-parse", "--quiet", "--verify", "HEAD^{commit}"};
    case GitStep::UserName:
        return {"config", "--get", "user.name"};
    case GitStep::UserEmail:
        return {"config", "--get", "user.email"};
    case GitStep::Remotes:
        return {"config", "-z", "--get-regexp", "^remote\\..*\\.url$"};
    case GitStep::Bundle:
        return {
            "bundle", "create", "--quiet", bundlePath, "HEAD", "--branches", "--tags", "--remotes"};
    case GitStep::Refs:
        return {"for-each-ref",
            "--count=10000",
            "--format=%(objectname) %(refname)",
            "refs/heads",
            "refs/tags"};
    }
    std::unreachable();
}

std::string firstLine(std::string_view text)
{
    return std::string(text.substr(0, text.find('\n')));
}

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        lines.push_back(firstLine(text));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

GitView refused(const GitAnswer &answer)
{
    if (answer.errors.contains("not a git repository"))
        return {.shape = GitShape::NoRepository,
            .notice = "The folder is not a git repository, so the sandbox has none either."};
    if (answer.errors.contains("dubious ownership"))
        return {.shape = GitShape::Refused,
            .notice = "git does not trust this folder because somebody else owns it, so the "
                      "sandbox has no git "
                      "repository. Add it with: git config --global --add safe.directory FOLDER"};
    if (answer.errors.contains("safe.bareRepository"))
        return {.shape = GitShape::Bare,
            .notice = "The folder is a bare git repository; the sandbox gets its files, but no "
                      "repository."};
    return {.shape = GitShape::Refused,
        .notice = "git could not read the repository, so the sandbox has none: " +
                  firstLine(answer.errors)};
}

} // namespace

std::vector<std::string> gitArguments(
    GitStep step, const std::string &workspace, const std::string &bundlePath)
{
    std::vector<std::string> arguments = {"-C", workspace, "--no-pager", "--no-optional-locks"};
    for (const char *setting : overrides) {
        arguments.emplace_back("-c");
        arguments.emplace_back(setting);
    }
    std::ranges::move(wordsOf(step, bundlePath), std::back_inserter(arguments));
    return arguments;
}

std::vector<std::pair<std::string, std::string>> gitEnvironment()
{
    return {{"GIT_OPTIONAL_LOCKS", "0"},
        {"GIT_TERMINAL_PROMPT", "0"},
        {"GIT_ASKPASS", "false"},
        {"GIT_ALLOW_PROTOCOL", "none"},
        {"GIT_NO_LAZY_FETCH", "1"},
        {"GIT_NO_REPLACE_OBJECTS", "1"},
        {"LC_ALL", "C"}};
}

GitView readProbe(const std::string &workspace, const GitAnswer &answer)
{
    if (answer.exitStatus < 0 || answer.exitStatus == 127)
        return {.shape = GitShape::NoGit,
            .notice = "git is not installed on this computer, so the sandbox has no repository."};
    if (answer.exitStatus != 0)
        return refused(answer);
    const std::vector<std::string> lines = linesOf(answer.output);
    if (lines.size() < 3)
        return refused(answer);
    if (lines[0] == "true")
        return {.shape = GitShape::Bare,
            .notice = "The folder is a bare git repository; the sandbox gets its files, but no "
                      "repository."};
    if (lines.size() > 3 && !lines[3].empty())
        return {.shape = GitShape::Subfolder,
            .notice = "The folder is part of a larger git repository, so the sandbox has no "
                      "repository. Open the "
                      "repository's own folder to have its history there."};
    if (lines[1] == "true")
        return {.shape = GitShape::Shallow,
            .notice = "The repository is a shallow clone, so the sandbox has no repository. "
                      "Complete it with: git "
                      "fetch --unshallow"};
    if (lines[2] != workspace + "/.git")
        return {.shape = GitShape::Worktree,
            .notice = "The folder is a git worktree. The sandbox has a repository of its own with "
                      "the same history; "
                      "commits made there do not appear in yours."};
    return {.shape = GitShape::Repository, .notice = {}};
}

GitSetup readAnswers(const GitAnswers &answers)
{
    GitSetup setup;
    setup.detached = answers.head.exitStatus != 0;
    setup.bundle = answers.commit.exitStatus == 0;
    setup.head = firstLine(setup.detached ? answers.commit.output : answers.head.output);
    if (answers.userName.exitStatus == 0)
        setup.userName = firstLine(answers.userName.output);
    if (answers.userEmail.exitStatus == 0)
        setup.userEmail = firstLine(answers.userEmail.output);
    std::string_view rest =
        answers.remotes.exitStatus == 0 ? answers.remotes.output : std::string_view();
    constexpr std::string_view prefix = "remote.";
    constexpr std::string_view suffix = ".url";
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        const auto newline = item.find('\n');
        const std::string_view key = item.substr(0, newline);
        if (newline == std::string_view::npos || key.size() <= prefix.size() + suffix.size())
            continue;
        std::string url = withoutCredentials(item.substr(newline + 1));
        std::string name(key.substr(prefix.size(), key.size() - prefix.size() - suffix.size()));
        if (!url.empty())
            setup.remotes.push_back({.name = std::move(name), .url = std::move(url)});
    }
    return setup;
}

GitRefs readRefs(const GitAnswer &head, const GitAnswer &commit, const GitAnswer &refs)
{
    GitRefs read;
    if (head.exitStatus == 0)
        read.branch = firstLine(head.output);
    if (commit.exitStatus == 0)
        read.commit = firstLine(commit.output);
    if (refs.exitStatus != 0 || refs.output.size() > mostRefBytes)
        return read;
    for (const auto &line : linesOf(refs.output))
        if (const auto space = line.find(' '); space != std::string::npos)
            read.refs.emplace_back(line.substr(space + 1), line.substr(0, space));
    return read;
}

std::string withoutCredentials(std::string_view url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return url.contains("::") || url.starts_with('-') ? std::string() : std::string(url);
    if (url.substr(0, scheme).contains("::"))
        return {};
    const bool http = url.starts_with("http");
    const std::size_t start = scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
    std::string_view authority = url.substr(start, end - start);
    std::string user;
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        user = authority.substr(0, authority.find_first_of(":@"));
        authority.remove_prefix(at + 1);
    }
    std::string_view rest = url.substr(end);
    if (http)
        rest = rest.substr(0, rest.find_first_of("?#"));
    std::string clean(url.substr(0, start));
    if (!http && !user.empty())
        clean += user + '@';
    return clean.append(authority).append(rest);
}

} // namespace core::sync
