#pragma once

#include "core/link/session.h"

#include <deque>
#include <nghttp2/nghttp2.h>
#include <optional>
#include <unordered_map>

namespace core::link {

constexpr std::size_t frameHeaderBytes = 9;

/// One stream as we keep it beside nghttp2's own state.
struct Stream
{
    std::deque<Bytes> outgoing;           ///< each begins with room for the header of its frame
    std::size_t begin = frameHeaderBytes; ///< of what is not yet sent of the first one
    std::size_t queued = 0;               ///< bytes in all of them
    std::size_t unconsumed = 0;           ///< received and not yet credited
    std::size_t creditedSinceGrowth = 0;
    std::uint32_t grown = 0; ///< of its window, beyond the first one
    Headers headers;         ///< being received
    std::size_t headerBytes = 0;
    int status = 0;
    bool announced = false; ///< the owner knows it, so it hears of its end
    bool answered = false;  ///< the body may flow
    bool finished = false;  ///< the owner writes no more
    bool wantsWritable = false;
};

/// The callbacks of nghttp2 and what they share with Session.
struct Session::Private
{
    struct Free
    {
        void operator()(nghttp2_session *session) const { nghttp2_session_del(session); }
    };

    SessionEvents events;
    Limits limits;
    std::uint32_t growthLeft = 0;
    bool isServer = false;
    bool busy = false; ///< inside nghttp2, which cannot be entered twice
    struct Output
    {
        Bytes *bytes = nullptr; ///< null outside Session::nextOutput
        bool isFull = false;    ///< what comes next belongs to another piece
    } output;
    std::vector<Bytes> spare; ///< memory for `outgoing`: a fresh page costs more than what it holds
    std::unordered_map<StreamId, Stream> streams;
    std::vector<StreamId> drained;
    std::optional<Error> failure;
    std::size_t idleFrames = 0; ///< received since a frame last carried something
    std::unique_ptr<nghttp2_session, Free> session;

    bool start();
    Stream *find(StreamId id);
    nghttp2_data_provider2 bodySource();
    /// Gives a stream whose bytes are taken a larger window, as far as there is room.
    void grow(StreamId id, Stream &stream);
    /// Calls `writable` where it is due; false when nobody waited.
    bool tellWritable();

    int beginHeaders(const nghttp2_frame &frame);
    int header(const nghttp2_frame &frame, std::string name, std::string value);
    int frameReceived(const nghttp2_frame &frame);
    int dataReceived(StreamId id, BytesView bytes);
    int streamClosed(StreamId id, std::uint32_t errorCode);
    void append(Stream &stream, BytesView bytes);
    std::size_t fill(Stream &stream, const Source &source);
    /// The last piece of what is to be sent, with room for `bytes` more.
    Bytes &pieceWithRoom(Stream &stream, std::size_t bytes);
    /// Fills `output` from nghttp2.
    void gather();
    /// How much of the next DATA frame there is to send, up to `length`.
    nghttp2_ssize announceData(StreamId id, std::size_t length, std::uint32_t *flags);
    /// Appends the frame announced: its header and `length` bytes of its stream.
    int sendData(StreamId id, BytesView header, std::size_t length);
    /// Bytes of the stream's first piece into `output`, without a copy where they are all of it.
    void moveOut(Stream &stream, BytesView header, std::size_t length);

private:
    void headersComplete(StreamId id, Stream &stream);
    bool isIdle(const nghttp2_frame &frame) const;
    nghttp2_session *make();
};

} // namespace core::link
