#pragma once

#include "core/sync/policy_view.h"
#include "core/tree/apply.h"

#include <cstdint>
#include <string>
#include <vector>

namespace core::sync {

enum class State { Disconnected, Seeding, Scanning, Idle, Syncing, Paused, Halted, DiskFull, Off };

/// What the user sees of a session; sent as a whole.
struct Status
{
    State state = State::Disconnected;
    std::uint64_t files = 0;     ///< that both sides have
    std::uint64_t doneFiles = 0; ///< of the burst under way
    std::uint64_t totalFiles = 0;
    std::uint64_t doneBytes = 0;
    std::uint64_t totalBytes = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t problems = 0;
    std::int64_t lastSyncMs = 0; ///< UNIX time; 0: never
    std::string epoch;           ///< of the guest's disk by the last plan; empty: none yet
    std::string reason;          ///< of Halted, DiskFull, Disconnected, Off
    friend bool operator==(const Status &, const Status &) = default;
};

/// The name of a state as in core/warden/API.md.
[[nodiscard]] std::string_view nameOf(State state);

struct ListedConflict
{
    std::string path;
    std::string host; ///< what that side did: "created", "modified", "deleted", …
    std::string guest;
    std::int64_t sinceMs = 0;
    friend bool operator==(const ListedConflict &, const ListedConflict &) = default;
};

struct ListedProblem
{
    std::string path;
    std::string reason; ///< English, for the log and `--json`
    friend bool operator==(const ListedProblem &, const ListedProblem &) = default;
};

/// A mass change that waits for an answer.
struct Question
{
    std::string summary;
    std::vector<std::string> paths; ///< at most 100
    friend bool operator==(const Question &, const Question &) = default;
};

[[nodiscard]] std::string describe(tree::Cause cause);
[[nodiscard]] std::string describe(tree::Obstacle obstacle); ///< empty for None

} // namespace core::sync
