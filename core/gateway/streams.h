#pragma once

#include "core/gateway/byte_stream.h"

#include <asio/ip/tcp.hpp>
#include <memory>
#include <openssl/ssl.h>
#include <string>

namespace core::gateway {

/// A TCP connection; `abort` resets it.
std::unique_ptr<ByteStream> socketStream(asio::ip::tcp::socket socket);

using TlsContextPtr = std::shared_ptr<SSL_CTX>;

/// Why a handshake failed, for people.
using TlsResult = std::expected<std::unique_ptr<ByteStream>, std::string>;

/// Answers a TLS client on `inner`, whose ClientHello has not been consumed.
Async<TlsResult> acceptTls(std::unique_ptr<ByteStream> inner, TlsContextPtr context);

/// Speaks TLS as a client and fails unless the certificate is good for `name`.
Async<TlsResult> connectTls(std::unique_ptr<ByteStream> inner,
    TlsContextPtr context,
    const std::string &name,
    bool isAddress);

/// Settings for connections to servers: TLS 1.2 or newer, HTTP/1.1 by ALPN, roots from a file and
/// from `extraPem`.
std::expected<TlsContextPtr, std::string> clientContext(
    const std::string &trustFile, const std::string &extraPem);

} // namespace core::gateway
