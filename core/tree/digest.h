#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace core::tree {

/// SHA-256: what a file, a link's target or a whole directory is known by.
using Digest = std::array<std::uint8_t, 32>;

/// Hashes a stream of bytes; may be used again after `finish`.
class Hasher
{
public:
    Hasher();
    void update(std::string_view bytes);
    [[nodiscard]] Digest finish();

private:
    struct Free
    {
        void operator()(evp_md_ctx_st *context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

[[nodiscard]] Digest digestOf(std::string_view bytes);
/// 64 lower-case hex digits.
[[nodiscard]] std::string toHex(const Digest &digest);

} // namespace core::tree
