#pragma once

#include "core/link/session.h"

#include <nghttp2/nghttp2.h>
#include <optional>
#include <unordered_map>

namespace core::link {

/// One stream as we keep it beside nghttp2's own state.
struct Stream
{
    Bytes outgoing;
    std::size_t sent = 0;       ///< of `outgoing`
    std::size_t unconsumed = 0; ///< received and not yet credited
    Headers headers;            ///< being received
    std::size_t headerBytes = 0;
    int status = 0;
    bool announced = false; ///< the owner knows it, so it hears of its end
    bool answered = false;  ///< the body may flow
    bool finished = false;  ///< the owner writes no more
    bool wantsWritable = false;

    std::size_t queued() const { return outgoing.size() - sent; }
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
    bool isServer = false;
    bool busy = false; ///< inside nghttp2, which cannot be entered twice
    std::unordered_map<StreamId, Stream> streams;
    std::vector<StreamId> drained;
    std::optional<Error> failure;
    std::size_t idleFrames = 0; ///< received since a frame last carried something
    std::unique_ptr<nghttp2_session, Free> session;

    bool start();
    Stream *find(StreamId id);
    nghttp2_data_provider2 bodySource();
    /// Calls `writable` where it is due; false when nobody waited.
    bool tellWritable();

    int beginHeaders(const nghttp2_frame &frame);
    int header(const nghttp2_frame &frame, std::string name, std::string value);
    int frameReceived(const nghttp2_frame &frame);
    int dataReceived(StreamId id, BytesView bytes);
    int streamClosed(StreamId id, std::uint32_t errorCode);
    nghttp2_ssize fillData(
        StreamId id, std::uint8_t *buffer, std::size_t length, std::uint32_t *flags);

private:
    void headersComplete(StreamId id, Stream &stream);
    bool isIdle(const nghttp2_frame &frame) const;
    nghttp2_session *make();
};

} // namespace core::link
