#include "core/tree/digest.h"

#include <openssl/evp.h>

namespace core::tree {

namespace {

const EVP_MD *sha256()
{
    // Fetched once: a fetch costs more than hashing a small file.
    static EVP_MD *const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm;
}

} // namespace

void Hasher::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Hasher::Hasher()
    : m_context(EVP_MD_CTX_new())
{
    EVP_DigestInit_ex2(m_context.get(), sha256(), nullptr);
}

void Hasher::update(std::string_view bytes)
{
    EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
}

Digest Hasher::finish()
{
    Digest digest = {};
    unsigned int length = 0;
    EVP_DigestFinal_ex(m_context.get(), digest.data(), &length);
    EVP_DigestInit_ex2(m_context.get(), sha256(), nullptr);
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
