#include "core/gateway/streams.h"

#include <array>
#include <asio/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace core::gateway {

namespace {

constexpr auto useTuple = asio::as_tuple(asio::use_awaitable);

class SocketStream : public ByteStream
{
public:
    explicit SocketStream(asio::ip::tcp::socket socket)
        : m_socket(std::move(socket))
    {
    }

    asio::any_io_executor executor() override { return m_socket.get_executor(); }

    Async<Read> read(std::span<char> room) override
    {
        const auto [error, count] =
            co_await m_socket.async_read_some(asio::buffer(room.data(), room.size()), useTuple);
        if (error == asio::error::eof)
            co_return 0U;
        if (error)
            co_return std::unexpected(error);
        co_return count;
    }

    Async<asio::error_code> write(std::string_view bytes) override
    {
        const auto [error, count] =
            co_await asio::async_write(m_socket, asio::buffer(bytes), useTuple);
        co_return error;
    }

    Async<void> finish() override
    {
        asio::error_code ignored;
        m_socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        co_return;
    }

    void abort() override
    {
        asio::error_code ignored;
        m_socket.set_option(asio::socket_base::linger(true, 0), ignored);
        m_socket.close(ignored);
    }

private:
    asio::ip::tcp::socket m_socket;
};

/// TLS over any stream, with OpenSSL's memory BIOs. One reader and one writer at a time; both move
/// the same engine.
class TlsStream : public ByteStream
{
public:
    TlsStream(std::unique_ptr<ByteStream> inner, TlsContextPtr context)
        : m_inner(std::move(inner))
        , m_context(std::move(context))
        , m_ssl(SSL_new(m_context.get()), &SSL_free)
        , m_written(m_inner->executor())
    {
        SSL_set_bio(m_ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }

    [[nodiscard]] SSL *engine() const { return m_ssl.get(); }
    asio::any_io_executor executor() override { return m_inner->executor(); }
    Async<bool> handshake();
    Async<Read> read(std::span<char> room) override;
    Async<asio::error_code> write(std::string_view bytes) override;
    Async<void> finish() override;
    void abort() override { m_inner->abort(); }

private:
    Async<asio::error_code> flush();
    Async<Read> more();

    std::unique_ptr<ByteStream> m_inner;
    TlsContextPtr m_context;
    std::unique_ptr<SSL, decltype(&SSL_free)> m_ssl;
    asio::steady_timer m_written;
    bool m_writing = false;
};

/// Sends what the engine has made. Reader and writer both may come here; the bytes keep their
/// order.
Async<asio::error_code> TlsStream::flush()
{
    while (m_writing) {
        m_written.expires_at(asio::steady_timer::time_point::max());
        co_await m_written.async_wait(useTuple);
    }
    m_writing = true;
    asio::error_code error;
    while (!error) {
        char *data = nullptr;
        const auto size = BIO_get_mem_data(SSL_get_wbio(m_ssl.get()), &data);
        if (size <= 0)
            break;
        const std::string bytes(data, static_cast<std::size_t>(size));
        (void)BIO_reset(SSL_get_wbio(m_ssl.get()));
        error = co_await m_inner->write(bytes);
    }
    m_writing = false;
    m_written.cancel();
    co_return error;
}

/// Takes encrypted bytes from below.
Async<Read> TlsStream::more()
{
    std::array<char, 16384 + 512> room;
    auto count = co_await m_inner->read(room);
    if (count && *count > 0)
        BIO_write(SSL_get_rbio(m_ssl.get()), room.data(), static_cast<int>(*count));
    co_return count;
}

Async<bool> TlsStream::handshake()
{
    while (true) {
        ERR_clear_error();
        const int done = SSL_do_handshake(m_ssl.get());
        const int reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(m_ssl.get(), done);
        const auto error = co_await flush();
        if (reason == SSL_ERROR_NONE)
            co_return !error;
        if (error || reason != SSL_ERROR_WANT_READ)
            co_return false;
        const auto count = co_await more();
        if (!count || *count == 0)
            co_return false;
    }
}

Async<Read> TlsStream::read(std::span<char> room)
{
    while (true) {
        ERR_clear_error();
        std::size_t count = 0;
        const int done = SSL_read_ex(m_ssl.get(), room.data(), room.size(), &count);
        const int reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(m_ssl.get(), done);
        if (BIO_ctrl_pending(SSL_get_wbio(m_ssl.get())) > 0)
            if (const auto error = co_await flush())
                co_return std::unexpected(error);
        if (reason == SSL_ERROR_NONE)
            co_return count;
        if (reason == SSL_ERROR_ZERO_RETURN)
            co_return 0U;
        if (reason != SSL_ERROR_WANT_READ)
            co_return std::unexpected(asio::error_code(asio::error::connection_reset));
        const auto below = co_await more();
        if (!below || *below == 0)
            co_return below;
    }
}

Async<asio::error_code> TlsStream::write(std::string_view bytes)
{
    static constexpr std::size_t record = 16384;
    while (!bytes.empty()) {
        ERR_clear_error();
        std::size_t count = 0;
        const auto piece = bytes.substr(0, record);
        if (SSL_write_ex(m_ssl.get(), piece.data(), piece.size(), &count) != 1)
            co_return asio::error::connection_reset;
        bytes.remove_prefix(count);
        if (const auto error = co_await flush())
            co_return error;
    }
    co_return asio::error_code();
}

Async<void> TlsStream::finish()
{
    ERR_clear_error();
    SSL_shutdown(m_ssl.get());
    co_await flush();
    co_await m_inner->finish();
}

std::string handshakeFault(SSL *ssl)
{
    if (const auto verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK)
        return X509_verify_cert_error_string(verdict);
    const auto *text = ERR_reason_error_string(ERR_peek_last_error());
    return text != nullptr ? text : "the connection ended during the handshake";
}

bool expectName(SSL *ssl, const std::string &name, bool isAddress)
{
    auto *parameters = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (isAddress)
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
    return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
           X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1;
}

} // namespace

std::unique_ptr<ByteStream> socketStream(asio::ip::tcp::socket socket)
{
    return std::make_unique<SocketStream>(std::move(socket));
}

Async<TlsResult> acceptTls(std::unique_ptr<ByteStream> inner, TlsContextPtr context)
{
    auto stream = std::make_unique<TlsStream>(std::move(inner), std::move(context));
    SSL_set_accept_state(stream->engine());
    if (!co_await stream->handshake())
        co_return std::unexpected(handshakeFault(stream->engine()));
    co_return std::unique_ptr<ByteStream>(std::move(stream));
}

Async<TlsResult> connectTls(std::unique_ptr<ByteStream> inner,
    TlsContextPtr context,
    const std::string &name,
    bool isAddress)
{
    auto stream = std::make_unique<TlsStream>(std::move(inner), std::move(context));
    SSL_set_connect_state(stream->engine());
    if (!expectName(stream->engine(), name, isAddress))
        co_return std::unexpected("the server's name cannot be checked");
    if (!co_await stream->handshake())
        co_return std::unexpected(handshakeFault(stream->engine()));
    co_return std::unique_ptr<ByteStream>(std::move(stream));
}

std::expected<TlsContextPtr, std::string> clientContext(
    const std::string &trustFile, const std::string &extraPem)
{
    const TlsContextPtr context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    if (!context)
        return std::unexpected("OpenSSL cannot be started");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    static constexpr std::array<unsigned char, 9> http1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context.get(), http1.data(), http1.size());
    if (!trustFile.empty() && SSL_CTX_load_verify_file(context.get(), trustFile.c_str()) != 1)
        return std::unexpected("the roots in " + trustFile + " cannot be read");
    using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
    const BioPtr bio(
        BIO_new_mem_buf(extraPem.data(), static_cast<int>(extraPem.size())), &BIO_free_all);
    int added = 0;
    while (X509 *root = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        added += X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root);
        X509_free(root);
    }
    ERR_clear_error();
    if (!extraPem.empty() && added == 0)
        return std::unexpected("gateway.upstream.ca_file holds no certificate");
    return context;
}

} // namespace core::gateway
