#pragma once

#include "core/link/greeting.h"
#include "core/link/session.h"

#include <map>
#include <memory>
#include <openssl/ssl.h>
#include <string>

/// The guest's end of an egress port, driven step by step by a test. Blocking, with deadlines.
class GuestSide
{
public:
    /// Takes the descriptor.
    explicit GuestSide(int descriptor);
    ~GuestSide();

    struct Stream
    {
        int status = 0;     ///< 0 until the answer comes
        std::string reason; ///< x-sandbox-reason
        std::string received;
        bool ended = false;
        bool closed = false;
        bool broken = false; ///< closed by a reset
    };

    core::link::StreamId connect(
        const std::string &authority, const std::string &path = "transparent");
    core::link::StreamId get(const std::string &path);
    void send(core::link::StreamId stream, const std::string &bytes);
    void finish(core::link::StreamId stream);
    const Stream &at(core::link::StreamId stream) { return m_streams[stream]; }
    std::string take(core::link::StreamId stream);

    /// Moves bytes until `done` or the time is over; tells whether it was done.
    bool run(const std::function<bool()> &done, int timeoutMs = 5000);
    bool awaitStatus(core::link::StreamId stream);
    bool awaitText(core::link::StreamId stream, const std::string &text);
    bool awaitEnd(core::link::StreamId stream);
    void sendRaw(const std::string &bytes);

private:
    void step();
    void takeInput(const std::string &bytes);

    int m_descriptor;
    core::link::GuestGreeting m_greeting;
    std::unique_ptr<core::link::Session> m_session;
    std::map<core::link::StreamId, Stream> m_streams;
    std::string m_output;
};

/// A TLS client inside a stream of the guest.
class GuestTls
{
public:
    GuestTls(GuestSide &guest, core::link::StreamId stream, const std::string &rootPem);
    ~GuestTls();

    /// False when the handshake or the verification fails.
    bool handshake(const std::string &serverName, const std::string &expectedName);
    void send(const std::string &plain);
    bool awaitText(const std::string &text);
    [[nodiscard]] const std::string &received() const { return m_plain; }
    void clear() { m_plain.clear(); }

private:
    void flush();
    void feed();
    bool pump(const std::function<bool()> &done);

    GuestSide &m_guest;
    core::link::StreamId m_stream;
    SSL_CTX *m_context;
    SSL *m_ssl;
    std::string m_plain;
};
