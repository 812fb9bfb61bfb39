#include "upstream.h"

#include <array>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace {
thread_local Upstream *current = nullptr;
}

std::string Upstream::Peer::read()
{
    if (!m_pending.empty())
        return std::exchange(m_pending, {});
    std::array<char, 65536> room;
    const auto count = m_ssl != nullptr ? SSL_read(m_ssl, room.data(), room.size())
                                        : ::recv(m_descriptor, room.data(), room.size(), 0);
    if (count <= 0)
        return {};
    std::string bytes(room.data(), static_cast<std::size_t>(count));
    current->note(bytes);
    return bytes;
}

std::string Upstream::Peer::readUntil(const std::string &text)
{
    std::string all;
    while (!all.contains(text)) {
        const auto piece = read();
        if (piece.empty())
            return all;
        all += piece;
    }
    const auto end = all.find(text) + text.size();
    m_pending = all.substr(end);
    return all.substr(0, end);
}

void Upstream::Peer::write(const std::string &bytes)
{
    if (m_ssl != nullptr)
        SSL_write(m_ssl, bytes.data(), static_cast<int>(bytes.size()));
    else
        ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

Upstream::Upstream(SSL_CTX *context, Script script)
    : m_context(context)
    , m_script(std::move(script))
    , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    ::bind(m_listener, generic, size);
    ::listen(m_listener, 16);
    ::getsockname(m_listener, generic, &size);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

Upstream::~Upstream()
{
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    {
        const std::lock_guard lock(m_mutex);
        for (const int each : m_open)
            ::shutdown(each, SHUT_RDWR);
    }
    for (auto &thread : m_threads)
        thread.join();
    for (const int each : m_open)
        ::close(each);
    ::close(m_listener);
}

int Upstream::connections() const
{
    const std::lock_guard lock(m_mutex);
    return m_connections;
}

std::string Upstream::received() const
{
    const std::lock_guard lock(m_mutex);
    return m_received;
}

void Upstream::note(const std::string &bytes)
{
    const std::lock_guard lock(m_mutex);
    m_received += bytes;
}

void Upstream::accept()
{
    while (true) {
        const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0)
            return;
        const std::lock_guard lock(m_mutex);
        ++m_connections;
        m_open.push_back(descriptor);
        m_threads.emplace_back([this, descriptor] { serve(descriptor); });
    }
}

void Upstream::serve(int descriptor)
{
    current = this;
    sigset_t
        pipe; // Qt Test takes the signal for a crash; the peer may be gone when TLS says goodbye
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    SSL *ssl = nullptr;
    if (m_context != nullptr) {
        ssl = SSL_new(m_context);
        SSL_set_fd(ssl, descriptor);
        if (SSL_accept(ssl) != 1) {
            SSL_free(ssl);
            ::shutdown(descriptor, SHUT_RDWR);
            return;
        }
    }
    Peer peer(descriptor, ssl);
    m_script(peer);
    if (ssl != nullptr) {
        SSL_shutdown(ssl);
        SSL_free(ssl);
    }
    ::shutdown(descriptor, SHUT_RDWR);
}

Upstream::Script Upstream::hello()
{
    return [](Peer &peer) {
        while (!peer.readUntil("\r\n\r\n").empty())
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    };
}
