#include "core/tree/versions.h"

#include "core/tree/beneath.h"
#include "core/tree/change.h"
#include "core/tree/stage.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <vector>

namespace core::tree {

namespace {

struct Run
{
    std::int64_t madeMs = 0;
    std::string name;
    std::uint64_t bytes = 0;
};

std::uint64_t spaceBelow(int directory)
{
    constexpr std::uint64_t block = 512;
    const auto names = listDirectory(directory, std::numeric_limits<std::size_t>::max());
    std::uint64_t bytes = 0;
    for (const std::string &name : names ? *names : std::vector<std::string>()) {
        const auto status = statusOf(directory, name);
        if (status)
            bytes += static_cast<std::uint64_t>(status->st_blocks) * block;
        if (status && S_ISDIR(status->st_mode)) {
            if (const auto below = openDirectory(directory, name))
                bytes += spaceBelow(below->number());
        }
    }
    return bytes;
}

std::vector<Run> runsIn(int directory, std::int64_t nowMs)
{
    const auto names = listDirectory(directory, std::numeric_limits<std::size_t>::max());
    std::vector<Run> runs;
    for (const std::string &name : names ? *names : std::vector<std::string>()) {
        if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) == 0)
            continue;
        Run run{.madeMs = nowMs, .name = name};
        std::from_chars(name.data(), name.data() + name.size(), run.madeMs);
        if (const auto below = openDirectory(directory, name))
            run.bytes = spaceBelow(below->number());
        runs.push_back(std::move(run));
    }
    std::ranges::sort(runs, {}, &Run::madeMs);
    return runs;
}

void removeRun(int directory, const std::string &name)
{
    if (const auto run = openDirectory(directory, name))
        emptyDirectory(run->number());
    ::unlinkat(directory, name.c_str(), AT_REMOVEDIR);
}

} // namespace

Result<> Versions::keep(int from, const std::string &name, std::string_view path)
{
    constexpr std::size_t longest = 240;
    const SplitPath split = splitPath(path);
    const auto directory = directoryFor(split.parent);
    if (!directory)
        return std::unexpected(directory.error());
    std::string kept(split.name);
    for (int attempt = 1; attempt < 100; ++attempt) {
        if (::renameat2(from, name.c_str(), *directory, kept.c_str(), RENAME_NOREPLACE) == 0)
            return {};
        if (errno != EEXIST)
            break;
        kept = std::string(split.name.substr(0, longest)) + "~" + std::to_string(attempt);
    }
    return systemError("keep version");
}

Result<int> Versions::directoryFor(std::string_view path)
{
    const std::string full = joinPath(m_label, path);
    if (m_open && full == m_openPath)
        return m_open.number();
    Descriptor current(::openat(m_directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!current)
        return systemError("open versions");
    for (std::size_t start = 0; start < full.size();) {
        const auto slash = std::min(full.find('/', start), full.size());
        auto next = makeDirectoryAt(current.number(), full.substr(start, slash - start));
        if (!next)
            return std::unexpected(next.error());
        current = std::move(*next);
        start = slash + 1;
    }
    m_openPath = full;
    m_open = std::move(current);
    return m_open.number();
}

void sweepVersions(int directory, std::int64_t nowMs, const VersionLimits &limits)
{
    const std::vector<Run> runs = runsIn(directory, nowMs);
    std::uint64_t bytes = 0;
    for (const Run &run : runs)
        bytes += run.bytes;
    for (const Run &run : runs) {
        const std::int64_t age = nowMs - run.madeMs;
        const bool tooMuch = bytes > limits.bytes && age >= limits.graceMs;
        if (age < limits.keepMs && !tooMuch)
            continue;
        removeRun(directory, run.name);
        bytes -= run.bytes;
    }
}

} // namespace core::tree
