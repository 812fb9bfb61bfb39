#pragma once

#include <functional>
#include <mutex>
#include <openssl/ssl.h>
#include <string>
#include <thread>
#include <vector>

/// A server on loopback that hands each connection to a script, in threads of its own.
class Upstream
{
public:
    /// One connection, plain or TLS.
    class Peer
    {
    public:
        Peer(int descriptor, SSL *ssl)
            : m_descriptor(descriptor)
            , m_ssl(ssl)
        {
        }
        /// What is there, or nothing at the end.
        std::string read();
        /// Until the text has been seen or the end.
        std::string readUntil(const std::string &text);
        void write(const std::string &bytes);

    private:
        int m_descriptor;
        SSL *m_ssl;
        std::string m_pending;
    };
    using Script = std::function<void(Peer &)>;

    /// `context` may be null for a plain server; it stays the caller's.
    Upstream(SSL_CTX *context, Script script);
    ~Upstream();

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] int connections() const;
    /// Everything that was received, of all connections.
    [[nodiscard]] std::string received() const;
    void note(const std::string &bytes);

    /// Answers every request without body with 200 and "hello".
    static Script hello();

private:
    void accept();
    void serve(int descriptor);

    SSL_CTX *m_context;
    Script m_script;
    int m_listener = -1;
    int m_port = 0;
    mutable std::mutex m_mutex; // the threads write what a test reads
    int m_connections = 0;
    std::string m_received;
    std::vector<int> m_open;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};
