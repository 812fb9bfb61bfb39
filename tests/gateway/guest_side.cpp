#include "guest_side.h"

#include <QDeadlineTimer>

#include <array>
#include <cerrno>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace core::link;

GuestSide::GuestSide(int descriptor)
    : m_descriptor(descriptor)
    , m_greeting(PortName::Egress)
{
    SessionEvents events;
    events.answered = [this](StreamId id, int status, const Headers &headers) {
        m_streams[id].status = status;
        m_streams[id].reason = headerValue(headers, "x-sandbox-reason");
    };
    events.data = [this](StreamId id, BytesView bytes) {
        m_streams[id].received += bytes;
        m_session->consumed(id, bytes.size());
    };
    events.ended = [this](StreamId id) { m_streams[id].ended = true; };
    events.closed = [this](StreamId id, std::uint32_t code) {
        m_streams[id].closed = true;
        m_streams[id].broken = code != 0;
    };
    m_session = std::move(*Session::create(Session::Role::Client, std::move(events)));
}

GuestSide::~GuestSide()
{
    ::close(m_descriptor);
}

StreamId GuestSide::connect(const std::string &authority, const std::string &path)
{
    const auto id = m_session->open(
        {{":method", "CONNECT"}, {":authority", authority}, {"paddock-path", path}});
    m_streams[*id] = {};
    return *id;
}

StreamId GuestSide::get(const std::string &path)
{
    const auto id = m_session->open(
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "gateway"}, {":path", path}},
        true);
    m_streams[*id] = {};
    return *id;
}

void GuestSide::send(StreamId stream, const std::string &bytes)
{
    std::string_view rest = bytes;
    while (!rest.empty() && !m_streams[stream].closed) {
        rest.remove_prefix(m_session->write(stream, rest));
        step();
    }
}

void GuestSide::finish(StreamId stream)
{
    m_session->finish(stream);
}

std::string GuestSide::take(StreamId stream)
{
    return std::exchange(m_streams[stream].received, {});
}

void GuestSide::sendRaw(const std::string &bytes)
{
    m_output += bytes;
    step();
}

void GuestSide::takeInput(const std::string &bytes)
{
    const auto fed = m_greeting.feed(bytes);
    if (!fed)
        return;
    m_output += fed->reply;
    if (!fed->rest.empty())
        (void)m_session->receive(fed->rest);
}

void GuestSide::step()
{
    if (m_greeting.done())
        m_output += m_session->takeOutput();
    pollfd ready{.fd = m_descriptor,
        .events = static_cast<short>(m_output.empty() ? POLLIN : POLLIN | POLLOUT),
        .revents = 0};
    if (::poll(&ready, 1, 10) <= 0)
        return;
    if ((ready.revents & POLLOUT) != 0) {
        const auto count =
            ::send(m_descriptor, m_output.data(), m_output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0)
            m_output.erase(0, static_cast<std::size_t>(count));
    }
    if ((ready.revents & POLLIN) == 0)
        return;
    std::array<char, 65536> room;
    const auto count = ::recv(m_descriptor, room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0)
        takeInput({room.data(), static_cast<std::size_t>(count)});
}

bool GuestSide::run(const std::function<bool()> &done, int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    while (!done()) {
        if (deadline.hasExpired())
            return false;
        step();
    }
    return true;
}

bool GuestSide::awaitStatus(StreamId stream)
{
    return run([&] { return m_streams[stream].status != 0 || m_streams[stream].closed; });
}

bool GuestSide::awaitText(StreamId stream, const std::string &text)
{
    return run([&] { return m_streams[stream].received.contains(text); });
}

bool GuestSide::awaitEnd(StreamId stream)
{
    return run([&] { return m_streams[stream].ended || m_streams[stream].closed; });
}

GuestTls::GuestTls(GuestSide &guest, StreamId stream, const std::string &rootPem)
    : m_guest(guest)
    , m_stream(stream)
    , m_context(SSL_CTX_new(TLS_client_method()))
{
    BIO *bio = BIO_new_mem_buf(rootPem.data(), static_cast<int>(rootPem.size()));
    X509 *root = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(m_context), root);
    X509_free(root);
    BIO_free(bio);
    SSL_CTX_set_verify(m_context, SSL_VERIFY_PEER, nullptr);
    m_ssl = SSL_new(m_context);
    SSL_set_bio(m_ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(m_ssl);
}

GuestTls::~GuestTls()
{
    SSL_free(m_ssl);
    SSL_CTX_free(m_context);
}

void GuestTls::flush()
{
    char *data = nullptr;
    const auto size = BIO_get_mem_data(SSL_get_wbio(m_ssl), &data);
    if (size <= 0)
        return;
    const std::string bytes(data, static_cast<std::size_t>(size));
    (void)BIO_reset(SSL_get_wbio(m_ssl));
    m_guest.send(m_stream, bytes);
}

void GuestTls::feed()
{
    const auto bytes = m_guest.take(m_stream);
    if (!bytes.empty())
        BIO_write(SSL_get_rbio(m_ssl), bytes.data(), static_cast<int>(bytes.size()));
}

bool GuestTls::pump(const std::function<bool()> &done)
{
    return m_guest.run([&] {
        feed();
        std::array<char, 16384> room;
        std::size_t count = 0;
        while (SSL_is_init_finished(m_ssl) &&
               SSL_read_ex(m_ssl, room.data(), room.size(), &count) == 1)
            m_plain.append(room.data(), count);
        flush();
        return done();
    });
}

bool GuestTls::handshake(const std::string &serverName, const std::string &expectedName)
{
    if (!serverName.empty())
        SSL_set_tlsext_host_name(m_ssl, serverName.c_str());
    SSL_set1_host(m_ssl, expectedName.c_str());
    bool failed = false;
    pump([&] {
        const int done = SSL_do_handshake(m_ssl);
        failed = done != 1 && SSL_get_error(m_ssl, done) != SSL_ERROR_WANT_READ;
        flush();
        return done == 1 || failed || m_guest.at(m_stream).closed;
    });
    return SSL_is_init_finished(m_ssl) == 1;
}

void GuestTls::send(const std::string &plain)
{
    std::size_t count = 0;
    SSL_write_ex(m_ssl, plain.data(), plain.size(), &count);
    flush();
}

bool GuestTls::awaitText(const std::string &text)
{
    return pump([&] { return m_plain.contains(text) || m_guest.at(m_stream).closed; }) &&
           m_plain.contains(text);
}
