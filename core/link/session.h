#pragma once

#include "core/link/bytes.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace core::link {

using StreamId = std::int32_t;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header `name` (lower case), or empty.
std::string_view headerValue(const Headers &headers, std::string_view name);

/// Bounds of one session; what passes them ends the stream or the session, never grows memory.
struct Limits
{
    std::uint32_t maxStreams = 256; ///< open at once, each direction
    /// Bytes a peer may send on a stream before it is credited: at first, and where it is credited
    /// as fast as it sends; enough for bulk to flow on while the credit is on its way. No stream
    /// waits for another one's credit, so what a peer can make us hold is the sum of the windows:
    /// the first of each stream, and `growth` for what all of them have beyond it.
    std::uint32_t firstWindow = 256 << 10;
    std::uint32_t largestWindow = 4 << 20;
    std::uint32_t growth = 8 << 20;
    std::size_t headerBytes = 16 << 10; ///< one header block
    std::size_t sendBuffer = 1 << 20;   ///< bytes queued for sending on one stream
};

/// What happens on a session. Called from inside `receive`, and `closed` and `writable` from inside
/// `takeOutput` too. The callbacks may call any method but `receive` and `takeOutput`, and must not
/// destroy the session.
struct SessionEvents
{
    std::function<void(StreamId, const Headers &)>
        opened; ///< server: a request's headers are complete
    std::function<void(StreamId, int status, const Headers &)>
        answered;                                  ///< client: the response's headers are complete
    std::function<void(StreamId, BytesView)> data; ///< to be credited with `consumed`
    std::function<void(StreamId)> ended;           ///< the peer will send no more on this stream
    std::function<void(StreamId, std::uint32_t errorCode)>
        closed;                             ///< the stream is gone; 0 is an orderly end
    std::function<void(StreamId)> writable; ///< a full send buffer has drained below half
};

/// One HTTP/2 connection (RFC 9113, by nghttp2) over a byte stream, either end. No I/O of its own:
/// bytes go in through `receive` and out through `takeOutput`. Server push, extended CONNECT and
/// priorities are off. One thread.
class Session
{
public:
    enum class Role { Client, Server };

    static Result<std::unique_ptr<Session>> create(
        Role role, SessionEvents events, const Limits &limits = {});
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /// Takes bytes from the port. After an error the session is dead: close the port and greet
    /// again.
    [[nodiscard]] Result<> receive(BytesView bytes);

    /// Up to about `limit` bytes to be written to the port; empty when there is nothing to send,
    /// and inside a callback.
    [[nodiscard]] Bytes takeOutput(std::size_t limit = 256 << 10);
    /// The same for bulk, without a copy: `output` becomes the next piece, 64 KiB at most, and its
    /// memory is used again. False when there is nothing to send, and inside a callback.
    [[nodiscard]] bool nextOutput(Bytes &output);
    [[nodiscard]] bool wantsOutput() const;

    /// Client: opens a stream; `last` means that no body follows. Fails with TooLarge at the limit
    /// of streams.
    [[nodiscard]] Result<StreamId> open(const Headers &request, bool last = false);
    /// Server: answers a stream; `last` means that no body follows.
    void answer(StreamId stream, int status, const Headers &headers = {}, bool last = false);

    /// Queues bytes and returns how many were taken; less than given means: wait for `writable`.
    [[nodiscard]] std::size_t write(StreamId stream, BytesView bytes);
    /// The same for bulk, without a copy: `source` puts bytes to where they are sent from, as many
    /// as it has and as there is room (4 to 64 KiB), and returns how many. It is not called when
    /// the stream takes none; then too, wait for `writable`.
    std::size_t fill(StreamId stream, const Source &source);
    /// Bytes queued and not yet handed to `takeOutput`.
    [[nodiscard]] std::size_t queued(StreamId stream) const;
    /// No more will be written; what is queued is still sent.
    void finish(StreamId stream);
    /// Ends the stream at once in both directions (RST_STREAM); 8 is CANCEL, 5 STREAM_CLOSED.
    void reset(StreamId stream, std::uint32_t errorCode = 8);
    /// Allows the peer to send `count` more bytes on this stream.
    void consumed(StreamId stream, std::size_t count);

    struct Private; ///< session_state.h

private:
    explicit Session(std::unique_ptr<Private> state);
    std::unique_ptr<Private> d;
};

} // namespace core::link
