#pragma once

#include <cstddef>
#include <string_view>

namespace core::gateway {

/// A key in memory of its own: locked, so that it is not swapped out, left out of core dumps, and
/// wiped at the end. Never copied; where locking is refused by a limit, the rest holds.
class Secret
{
public:
    explicit Secret(std::string_view value);
    ~Secret();
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;

    /// Empty also when there was no memory.
    [[nodiscard]] std::string_view view() const
    {
        return {static_cast<const char *>(m_bytes), m_size};
    }

private:
    void *m_bytes = nullptr;
    std::size_t m_size = 0;
};

} // namespace core::gateway
