#include "core/gateway/redaction.h"

#include <algorithm>
#include <array>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <utility>

namespace core::gateway {

namespace {

constexpr std::size_t shortest = 8;
constexpr char cover = 'x'; // also a character of base64 and of JSON texts

std::string percentEncoded(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view plain = "-_.~";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || plain.contains(c);
        if (letter)
            encoded += c;
        else
            encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return encoded;
}

/// The characters of base64 that depend on the secret alone when `before` bytes stand in front.
std::string base64Core(std::string_view secret, std::size_t before)
{
    constexpr std::size_t bits = 6;
    std::string plain(before, '\0');
    plain += secret;
    std::string encoded(4 * ((plain.size() + 2) / 3) + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char *>(encoded.data()),
        reinterpret_cast<const unsigned char *>(plain.data()),
        static_cast<int>(plain.size()));
    const std::size_t first = (before * 8 + bits - 1) / bits;
    const std::size_t last = plain.size() * 8 / bits;
    return encoded.substr(first, last - first);
}

} // namespace

Redactor::Redactor(std::string_view secret)
{
    if (secret.size() < shortest)
        return;
    m_patterns = {std::string(secret), percentEncoded(secret)};
    for (std::size_t before = 0; before < 3; ++before) {
        m_patterns.push_back(base64Core(secret, before));
        std::string forAddresses = m_patterns.back();
        std::ranges::replace(forAddresses, '+', '-');
        std::ranges::replace(forAddresses, '/', '_');
        m_patterns.push_back(std::move(forAddresses));
    }
    std::ranges::sort(m_patterns);
    const auto [first, last] = std::ranges::unique(m_patterns);
    m_patterns.erase(first, last);
}

Redactor::~Redactor()
{
    for (std::string &pattern : m_patterns)
        OPENSSL_cleanse(pattern.data(), pattern.size());
}

std::string Redactor::whole(std::string text) const
{
    for (const std::string &pattern : m_patterns) {
        for (auto at = text.find(pattern); at != std::string::npos; at = text.find(pattern, at))
            text.replace(at, pattern.size(), pattern.size(), cover);
    }
    return text;
}

std::string Redactor::feed(std::string piece)
{
    if (m_patterns.empty())
        return piece;
    std::string text = whole(std::exchange(m_held, {}) + piece);
    const std::size_t held = beginning(text);
    m_held = text.substr(text.size() - held);
    text.resize(text.size() - held);
    return text;
}

std::string Redactor::rest()
{
    return std::exchange(m_held, {});
}

/// How much of the end of a text may be the beginning of a key.
std::size_t Redactor::beginning(std::string_view text) const
{
    std::size_t most = 0;
    for (const std::string &pattern : m_patterns) {
        for (std::size_t size = std::min(pattern.size() - 1, text.size()); size > most; --size) {
            if (text.ends_with(std::string_view(pattern).substr(0, size)))
                most = size;
        }
    }
    return most;
}

} // namespace core::gateway
