#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace core::tree {

/// SHA-256: what a file, a link's target or a whole directory is known by.
using Digest = std::array<std::uint8_t, 32>;

/// Hashes a stream of bytes; may be used again after `finish`.
class Hasher
{
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher &&) noexcept;
    Hasher &operator=(Hasher &&) noexcept;
    void update(std::string_view bytes);
    [[nodiscard]] Digest finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

[[nodiscard]] Digest digestOf(std::string_view bytes);
/// 64 lower-case hex digits.
[[nodiscard]] std::string toHex(const Digest &digest);

} // namespace core::tree
