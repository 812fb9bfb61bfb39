#pragma once

#include "core/sync/reconcile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::sync {

/// So many of the user's own files at once that a person should look before it happens.
struct MassChange
{
    std::uint64_t deleted = 0;
    std::uint64_t overwritten = 0;
    std::uint64_t tracked = 0;      ///< files both sides had
    std::vector<std::string> paths; ///< all of them, in path order
    friend bool operator==(const MassChange &, const MassChange &) = default;
};

struct MassLimits
{
    unsigned percent = 30;      ///< of the tracked files …
    std::uint64_t atLeast = 10; ///< … but not fewer than these
    std::uint64_t files = 200;
    std::uint64_t directoryFiles = 20; ///< a whole top-level directory with more than these
};

/// Judges what the plan would delete or overwrite on the host. Files that the guest itself created
/// do not count. Also hit when everything that was there (two files or more) would be gone.
[[nodiscard]] std::optional<MassChange> massChange(
    const Plan &plan, const tree::EntryPtr &ancestor, const MassLimits &limits = {});

} // namespace core::sync
