#pragma once

#include <chrono>

namespace core {

/// The clocks of this computer, read at one moment.
struct HostClocks
{
    std::chrono::milliseconds real;  ///< since 1970
    std::chrono::milliseconds boot;  ///< goes on while the computer sleeps
    std::chrono::milliseconds awake; ///< stands still meanwhile

    static HostClocks now();
    friend bool operator==(const HostClocks &, const HostClocks &) = default;
};

/// How long the computer slept between two readings; zero when it did not.
std::chrono::milliseconds sleptBetween(const HostClocks &before, const HostClocks &after);

/// Whether a guest's clock, read between the two readings, is so wrong that it has to be set: more
/// than two seconds.
bool isWrongClock(
    std::chrono::milliseconds guest, const HostClocks &asked, const HostClocks &answered);

} // namespace core
