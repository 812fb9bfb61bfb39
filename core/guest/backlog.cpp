#include "core/guest/backlog.h"

#include <algorithm>

namespace core::guest {

namespace {

/// More than can be under way on a stream: what its sender and the port hold.
constexpr std::size_t enough = 2 << 20;

} // namespace

void Backlog::append(link::BytesView bytes)
{
    m_total += bytes.size();
    m_tail += bytes;
    if (m_tail.size() > 2 * enough)
        m_tail.erase(0, m_tail.size() - enough);
}

link::BytesView Backlog::since(std::uint64_t count) const
{
    const std::uint64_t missed = m_total - std::min(count, m_total);
    const link::BytesView tail = m_tail;
    return tail.substr(tail.size() - std::min<std::uint64_t>(missed, tail.size()));
}

} // namespace core::guest
