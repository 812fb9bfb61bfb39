#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>

struct evp_pkey_st;
struct ssl_ctx_st;
struct x509_st;

namespace core::gateway {

/// A certificate authority as text; the key never enters the guest, a snapshot or an export.
struct AuthorityPem
{
    std::string certificate;
    std::string key;
};

/// Makes the authority of one sandbox: EC P-256, only for server certificates of names, no
/// addresses (security.md §2.H). Valid for 90 days, and since yesterday, for a guest's clock may
/// lag.
std::expected<AuthorityPem, std::string> makeAuthority(const std::string &sandboxName);

/// Whether so much is left of an authority (30 days) that a sandbox may start with it.
bool isFresh(const AuthorityPem &pem);

/// Mints leaf certificates for hosts whose TLS the gateway terminates: after the policy has allowed
/// the host, never before. One leaf key for all of them, in memory only. Keeps the contexts of the
/// last `maxHosts` hosts. One thread.
class Authority
{
public:
    static constexpr std::size_t maxHosts = 1000;

    static std::expected<Authority, std::string> fromPem(const AuthorityPem &pem);
    Authority(Authority &&) noexcept;
    Authority &operator=(Authority &&) noexcept;
    ~Authority();

    /// A server's TLS context (TLS 1.2 or later, ALPN http/1.1) with a leaf for `host`, valid for
    /// seven days. Owned by this object; OpenSSL keeps it alive for the connections made with it.
    /// Null when OpenSSL refuses.
    ssl_ctx_st *contextFor(const std::string &host);

private:
    struct Free
    {
        void operator()(evp_pkey_st *key) const;
        void operator()(ssl_ctx_st *context) const;
        void operator()(x509_st *certificate) const;
    };
    template <typename T>
    using Owned = std::unique_ptr<T, Free>;

    Authority();
    Owned<x509_st> mint(const std::string &host) const;
    Owned<ssl_ctx_st> makeContext(const std::string &host) const;

    struct Entry
    {
        Owned<ssl_ctx_st> context;
        long long expires = 0; ///< seconds since the epoch
    };
    Owned<x509_st> m_certificate;
    Owned<evp_pkey_st> m_key;
    Owned<evp_pkey_st> m_leafKey;
    std::map<std::string, Entry> m_contexts;
};

} // namespace core::gateway
