#include "core/gateway/authority.h"

#include <algorithm>
#include <ctime>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string_view>

namespace core::gateway {
namespace {

constexpr long day = 24L * 60 * 60;
constexpr long authorityLife = 90 * day;
constexpr long authorityLeast = 30 * day;
constexpr long leafLife = 7 * day;
/// A leaf is minted anew when less than this is left of it.
constexpr long renewBefore = day;
constexpr int serialBits = 127;
constexpr long version3 = 2;

struct FreeBio
{
    void operator()(BIO *bio) const { BIO_free(bio); }
};
using OwnedBio = std::unique_ptr<BIO, FreeBio>;

std::unexpected<std::string> opensslError(std::string_view what)
{
    char text[256] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof(text));
    return std::unexpected(std::string(what) + ": " + text);
}

EVP_PKEY *makeKey()
{
    return EVP_EC_gen("P-256");
}

OwnedBio reading(const std::string &text)
{
    return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string textOf(const OwnedBio &bio)
{
    char *data = nullptr;
    const auto length = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

bool addExtension(X509 *certificate, X509V3_CTX &context, int nid, const char *value)
{
    auto *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    const bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

bool setRandomSerial(X509 *certificate)
{
    auto *number = BN_new();
    const bool set = number &&
                     BN_rand(number, serialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                     BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    return set;
}

/// What both kinds of certificate share. They are valid from yesterday, for guests whose clocks
/// lag.
bool fillCommon(X509 *certificate, const std::string &commonName, EVP_PKEY *key, long life)
{
    auto *subject = X509_get_subject_name(certificate);
    // X.520 allows 64 characters; names are in the alternative names anyhow.
    const auto shortName = commonName.substr(0, 64);
    return X509_set_version(certificate, version3) == 1 && setRandomSerial(certificate) &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -day) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), life) &&
           X509_NAME_add_entry_by_txt(subject,
               "CN",
               MBSTRING_UTF8,
               reinterpret_cast<const unsigned char *>(shortName.data()),
               static_cast<int>(shortName.size()),
               -1,
               0) == 1 &&
           X509_set_pubkey(certificate, key) == 1;
}

bool fillAuthority(X509 *certificate, EVP_PKEY *key, const std::string &name)
{
    if (!fillCommon(certificate, "Paddock sandbox " + name, key, authorityLife) ||
        X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1)
        return false;
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    return addExtension(
               certificate, context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           addExtension(certificate, context, NID_key_usage, "critical,keyCertSign") &&
           addExtension(certificate, context, NID_ext_key_usage, "serverAuth") &&
           addExtension(certificate, context, NID_subject_key_identifier, "hash") &&
           addExtension(certificate,
               context,
               NID_name_constraints,
               "critical,excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/"
               "0:0:0:0:0:0:0:0") &&
           X509_sign(certificate, key, EVP_sha256()) != 0;
}

int chooseHttp1(SSL *,
    const unsigned char **chosen,
    unsigned char *length,
    const unsigned char *offered,
    unsigned int offeredLength,
    void *)
{
    static constexpr unsigned char http1[] = "\x08http/1.1";
    unsigned char *selected = nullptr;
    const int found =
        SSL_select_next_proto(&selected, length, http1, sizeof(http1) - 1, offered, offeredLength);
    *chosen = selected;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace

void Authority::Free::operator()(evp_pkey_st *key) const
{
    EVP_PKEY_free(key);
}

void Authority::Free::operator()(ssl_ctx_st *context) const
{
    SSL_CTX_free(context);
}

void Authority::Free::operator()(x509_st *certificate) const
{
    X509_free(certificate);
}

Authority::Authority() = default;
Authority::Authority(Authority &&) noexcept = default;
Authority &Authority::operator=(Authority &&) noexcept = default;
Authority::~Authority() = default;

std::expected<AuthorityPem, std::string> makeAuthority(const std::string &sandboxName)
{
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY *)> key(makeKey(), EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509 *)> certificate(X509_new(), X509_free);
    if (!key || !certificate || !fillAuthority(certificate.get(), key.get(), sandboxName))
        return opensslError("making the sandbox's certificate authority");

    const OwnedBio certificateText(BIO_new(BIO_s_mem()));
    const OwnedBio keyText(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_X509(certificateText.get(), certificate.get()) != 1 ||
        PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
            1)
        return opensslError("writing the sandbox's certificate authority");
    return AuthorityPem{.certificate = textOf(certificateText), .key = textOf(keyText)};
}

bool isFresh(const AuthorityPem &pem)
{
    const std::unique_ptr<X509, void (*)(X509 *)> certificate(
        PEM_read_bio_X509(reading(pem.certificate).get(), nullptr, nullptr, nullptr), X509_free);
    std::time_t soon = std::time(nullptr) + authorityLeast;
    std::time_t latest = std::time(nullptr) + authorityLife;
    // One that outlives what is made today was made under another rule.
    return certificate && X509_cmp_time(X509_get0_notAfter(certificate.get()), &soon) > 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate.get()), &latest) <= 0;
}

std::expected<Authority, std::string> Authority::fromPem(const AuthorityPem &pem)
{
    Authority authority;
    authority.m_certificate.reset(
        PEM_read_bio_X509(reading(pem.certificate).get(), nullptr, nullptr, nullptr));
    authority.m_key.reset(
        PEM_read_bio_PrivateKey(reading(pem.key).get(), nullptr, nullptr, nullptr));
    authority.m_leafKey.reset(makeKey());
    if (!authority.m_certificate || !authority.m_key || !authority.m_leafKey ||
        X509_check_private_key(authority.m_certificate.get(), authority.m_key.get()) != 1)
        return opensslError("reading the sandbox's certificate authority");
    return authority;
}

Authority::Owned<x509_st> Authority::mint(const std::string &host) const
{
    Owned<x509_st> leaf(X509_new());
    if (!leaf || !fillCommon(leaf.get(), host, m_leafKey.get(), leafLife) ||
        X509_set_issuer_name(leaf.get(), X509_get_subject_name(m_certificate.get())) != 1)
        return {};
    X509V3_CTX context{};
    X509V3_set_ctx(&context, m_certificate.get(), leaf.get(), nullptr, nullptr, 0);
    // `host` is canonical: letters, digits, dots and hyphens, so nothing in it can begin another
    // value.
    const bool filled =
        addExtension(leaf.get(), context, NID_basic_constraints, "critical,CA:FALSE") &&
        addExtension(leaf.get(), context, NID_key_usage, "critical,digitalSignature") &&
        addExtension(leaf.get(), context, NID_ext_key_usage, "serverAuth") &&
        addExtension(leaf.get(), context, NID_authority_key_identifier, "keyid") &&
        addExtension(leaf.get(), context, NID_subject_alt_name, ("DNS:" + host).c_str()) &&
        X509_sign(leaf.get(), m_key.get(), EVP_sha256()) != 0;
    return filled ? std::move(leaf) : nullptr;
}

Authority::Owned<ssl_ctx_st> Authority::makeContext(const std::string &host) const
{
    const auto leaf = mint(host);
    Owned<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()));
    if (!leaf || !context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), m_leafKey.get()) != 1)
        return {};
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context.get(), chooseHttp1, nullptr);
    return context;
}

ssl_ctx_st *Authority::contextFor(const std::string &host)
{
    const long long now = std::time(nullptr);
    if (const auto known = m_contexts.find(host);
        known != m_contexts.end() && known->second.expires > now + renewBefore)
        return known->second.context.get();
    auto context = makeContext(host);
    if (!context)
        return nullptr;
    if (m_contexts.size() >= maxHosts)
        m_contexts.erase(std::ranges::min_element(
            m_contexts, {}, [](const auto &entry) { return entry.second.expires; }));
    auto &entry = m_contexts[host];
    entry = {.context = std::move(context), .expires = now + leafLife};
    return entry.context.get();
}

} // namespace core::gateway
