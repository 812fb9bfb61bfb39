#include "core/tree/digest.h"

// The plain functions of libcrypto instead of EVP: these bring 20 KB into the static guest, EVP
// brings all of the library, 7 MB of initrd to be unpacked at every boot.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace core::tree {

struct Hasher::State
{
    SHA256_CTX context = {};
};

Hasher::Hasher()
    : m_state(std::make_unique<State>())
{
    SHA256_Init(&m_state->context);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher &&) noexcept = default;
Hasher &Hasher::operator=(Hasher &&) noexcept = default;

void Hasher::update(std::string_view bytes)
{
    SHA256_Update(&m_state->context, bytes.data(), bytes.size());
}

Digest Hasher::finish()
{
    Digest digest = {};
    SHA256_Final(digest.data(), &m_state->context);
    SHA256_Init(&m_state->context);
    return digest;
}

Digest digestOf(std::string_view bytes)
{
    static thread_local Hasher hasher;
    hasher.update(bytes);
    return hasher.finish();
}

std::string toHex(const Digest &digest)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(digest.size() * 2);
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace core::tree
