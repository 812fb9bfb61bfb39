#pragma once

#include "core/sync/codec.h"

#include <cstdint>
#include <string>

namespace core::sync {

/// Where the guest's disk stands, judged by the host's last durable plan. Each plan has a number
/// that the guest writes to its disk before it answers, and that the host writes to its ancestor
/// after the answer; the pair of session id and number is the epoch of the guest's disk.
enum class Standing {
    Fresh,   ///< nothing was ever agreed on
    Current, ///< what is on the disk follows from the last plan
    Unclean, ///< the last plan is there, but the boot that made it did not end in order
    Older,   ///< the disk went back: a snapshot was restored
    Foreign, ///< the disk of another session, or numbers that cannot be
};

/// What the host knows of itself.
struct HostEpoch
{
    SessionId session = {};
    std::uint64_t plan = 0;   ///< the last one that both sides have
    bool anything = false;    ///< there is an ancestor
    bool uncleanStop = false; ///< the machine is known to have stopped uncleanly
    bool restored = false;    ///< it is known to have gone back to a snapshot
};

/// The id of the boot alone says nothing of the disk: all forks of one template have the same.
[[nodiscard]] Standing standingOf(const HostEpoch &host, const HelloAck &guest);

/// The epoch as text: the session's id in hex, a colon and the number.
[[nodiscard]] std::string epochText(const SessionId &session, std::uint64_t plan);

/// Whether what the guest lost or went back to must not look like its doing.
[[nodiscard]] constexpr bool needsRecovery(Standing standing)
{
    return standing != Standing::Fresh && standing != Standing::Current;
}

} // namespace core::sync
