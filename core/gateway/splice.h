#pragma once

#include "core/gateway/byte_stream.h"

#include <cstdint>

namespace core::gateway {

/// Bytes that passed, for the log; written while they pass.
struct Traffic
{
    std::uint64_t up = 0;
    std::uint64_t down = 0;
};

/// Carries bytes both ways until both sides have ended, one breaks, or nothing has passed for an
/// hour.
Async<void> splice(ByteStream &client, ByteStream &upstream, Traffic &traffic);

} // namespace core::gateway
