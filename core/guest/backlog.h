#pragma once

#include "core/link/bytes.h"

#include <cstdint>

namespace core::guest {

/// What a command has written last, so that who has missed some of it can be given it again.
class Backlog
{
public:
    void append(link::BytesView bytes);
    /// What follows the first `count` bytes of all; less when that is too long ago.
    [[nodiscard]] link::BytesView since(std::uint64_t count) const;

private:
    link::Bytes m_tail;
    std::uint64_t m_total = 0;
};

} // namespace core::guest
