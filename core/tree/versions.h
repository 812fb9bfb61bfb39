#pragma once

#include "core/tree/descriptor.h"
#include "core/tree/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace core::tree {

/// Where old versions of one run are kept: below `LABEL/`, which begins with the UNIX time in ms,
/// under the path they had.
class Versions
{
public:
    /// `directory` stays the caller's.
    Versions(int directory, std::string label)
        : m_directory(directory)
        , m_label(std::move(label))
    {
    }
    /// Moves `name` of the directory `from`, which is on the same mount.
    [[nodiscard]] Result<> keep(int from, const std::string &name, std::string_view path);

private:
    Result<int> directoryFor(std::string_view path);

    int m_directory;
    std::string m_label;
    std::string m_openPath;
    Descriptor m_open;
};

struct VersionLimits
{
    std::int64_t keepMs = 7LL * 24 * 3600 * 1000;
    std::uint64_t bytes = 2ULL << 30;
    std::int64_t graceMs = 3'600'000; ///< what is younger stays, however much it is
};

/// Removes runs that are too old, and the oldest while all of them take more space than allowed.
/// Empty ones go at once.
void sweepVersions(int directory, std::int64_t nowMs, const VersionLimits &limits = {});

} // namespace core::tree
