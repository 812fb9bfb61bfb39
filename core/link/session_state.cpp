#include "core/link/session_state.h"

#include <algorithm>
#include <charconv>

namespace core::link {

namespace {

/// What is written to a port at once: a frame with its header, and no odd bytes behind it.
constexpr std::size_t pieceBytes = 64 << 10;
constexpr std::uint32_t maxFrameBytes = pieceBytes - frameHeaderBytes;
constexpr std::size_t smallData = 4 << 10; ///< rather copied than written alone
constexpr std::uint32_t leastGrowth = 16 << 10;
constexpr std::size_t maxSpare = 24; // as many as a full stream has and gives back at once
constexpr std::size_t maxIdleFrames = 10000;
constexpr std::size_t maxSettings = 32;
constexpr std::size_t maxPendingAcks = 128;
constexpr std::uint64_t resetBurst = 4000; // a build that drops its connections is no attack
constexpr std::uint64_t resetsPerSecond = 200;

Session::Private &stateOf(void *user);

} // namespace

bool Session::Private::start()
{
    session.reset(make());
    if (!session)
        return false;
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maxStreams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.firstWindow},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, maxFrameBytes},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.headerBytes)},
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    };
    const std::size_t count =
        std::size(settings) - (isServer ? 1 : 0); // a server does not speak of push
    return nghttp2_submit_settings(session.get(), NGHTTP2_FLAG_NONE, settings, count) == 0 &&
           nghttp2_session_set_local_window_size(
               session.get(), NGHTTP2_FLAG_NONE, 0, NGHTTP2_MAX_WINDOW_SIZE) == 0;
}

Stream *Session::Private::find(StreamId id)
{
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : &found->second;
}

bool Session::Private::tellWritable()
{
    const auto waiting = std::exchange(drained, {});
    for (const StreamId id : waiting)
        if (find(id) && events.writable)
            events.writable(id);
    return !waiting.empty();
}

int Session::Private::beginHeaders(const nghttp2_frame &frame)
{
    const StreamId id = frame.hd.stream_id;
    if (isServer && frame.headers.cat == NGHTTP2_HCAT_REQUEST)
        streams.try_emplace(id);
    return 0;
}

int Session::Private::header(const nghttp2_frame &frame, std::string name, std::string value)
{
    Stream *stream = find(frame.hd.stream_id);
    if (!stream)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    stream->headerBytes += name.size() + value.size() + 32; // as RFC 9113 section 6.5.2 counts
    if (stream->headerBytes > limits.headerBytes)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (name == ":status")
        std::from_chars(value.data(), value.data() + value.size(), stream->status);
    stream->headers.emplace_back(std::move(name), std::move(value));
    return 0;
}

bool Session::Private::isIdle(const nghttp2_frame &frame) const
{
    if (frame.hd.type == NGHTTP2_HEADERS)
        return false;
    const bool ends = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    return frame.hd.type != NGHTTP2_DATA || (frame.hd.length == 0 && !ends);
}

int Session::Private::frameReceived(const nghttp2_frame &frame)
{
    idleFrames = isIdle(frame) ? idleFrames + 1 : 0;
    if (idleFrames > maxIdleFrames) {
        failure = Error{Error::Kind::TooLarge, "a flood of frames that carry nothing"};
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    const StreamId id = frame.hd.stream_id;
    Stream *stream = find(id);
    if (!stream)
        return 0;
    if (frame.hd.type == NGHTTP2_HEADERS)
        headersComplete(id, *stream);
    const bool carriesEnd = frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA;
    if (carriesEnd && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) && find(id) && events.ended)
        events.ended(id);
    return 0;
}

void Session::Private::headersComplete(StreamId id, Stream &stream)
{
    const Headers headers = std::exchange(stream.headers, {});
    stream.headerBytes = 0;
    if (isServer) {
        if (!std::exchange(stream.announced, true) && events.opened)
            events.opened(id, headers);
        return;
    }
    const int status = std::exchange(stream.status, 0);
    if (status >= 100 && status < 200)
        nghttp2_submit_rst_stream(session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_PROTOCOL_ERROR);
    else if (status != 0 && events.answered)
        events.answered(id, status, headers);
}

int Session::Private::dataReceived(StreamId id, BytesView bytes)
{
    Stream *stream = find(id);
    if (!stream || !events.data) {
        nghttp2_session_consume(session.get(), id, bytes.size());
        return 0;
    }
    stream->unconsumed += bytes.size();
    events.data(id, bytes);
    return 0;
}

int Session::Private::streamClosed(StreamId id, std::uint32_t errorCode)
{
    const auto found = streams.find(id);
    if (found == streams.end())
        return 0;
    const bool announced = found->second.announced;
    growthLeft += found->second.grown;
    if (found->second.unconsumed > 0)
        nghttp2_session_consume_connection(session.get(), found->second.unconsumed);
    streams.erase(found);
    if (announced && events.closed)
        events.closed(id, errorCode);
    return 0;
}

/// Half of what is left, so that there is some for the next one.
void Session::Private::grow(StreamId id, Stream &stream)
{
    stream.creditedSinceGrowth = 0;
    const std::uint32_t window = limits.firstWindow + stream.grown;
    const std::uint32_t wanted = limits.largestWindow - std::min(window, limits.largestWindow);
    const std::uint32_t more = std::min(wanted, growthLeft / 2);
    if (more < leastGrowth ||
        nghttp2_session_set_local_window_size(
            session.get(), NGHTTP2_FLAG_NONE, id, static_cast<std::int32_t>(window + more)) != 0)
        return;
    stream.grown += more;
    growthLeft -= more;
}

Bytes &Session::Private::pieceWithRoom(Stream &stream, std::size_t bytes)
{
    if (!stream.outgoing.empty() && stream.outgoing.back().size() + bytes <= pieceBytes)
        return stream.outgoing.back();
    Bytes piece;
    if (!spare.empty()) {
        piece = std::move(spare.back());
        spare.pop_back();
    }
    piece.assign(frameHeaderBytes, '\0');
    return stream.outgoing.emplace_back(std::move(piece));
}

void Session::Private::append(Stream &stream, BytesView bytes)
{
    stream.queued += bytes.size();
    while (!bytes.empty()) {
        Bytes &piece = pieceWithRoom(stream, 1);
        const BytesView part = bytes.substr(0, pieceBytes - piece.size());
        piece.append(part);
        bytes.remove_prefix(part.size());
    }
}

std::size_t Session::Private::fill(Stream &stream, const Source &source)
{
    Bytes &piece = pieceWithRoom(stream, smallData);
    const std::size_t before = piece.size();
    piece.resize_and_overwrite(pieceBytes, [&](char *bytes, std::size_t size) {
        return before + std::min(source({bytes + before, size - before}), size - before);
    });
    const std::size_t count = piece.size() - before;
    if (before == frameHeaderBytes && count == 0)
        stream.outgoing.pop_back();
    stream.queued += count;
    return count;
}

void Session::Private::gather()
{
    while (!output.isFull && output.bytes->size() < pieceBytes) {
        const std::uint8_t *data = nullptr;
        busy = true;
        const auto count = nghttp2_session_mem_send2(session.get(), &data);
        busy = false;
        if (count < 0 && !failure)
            failure = Error{Error::Kind::TooLarge, nghttp2_strerror(static_cast<int>(count))};
        if (count <= 0)
            return;
        output.bytes->append(reinterpret_cast<const char *>(data), static_cast<std::size_t>(count));
    }
}

nghttp2_ssize Session::Private::announceData(StreamId id, std::size_t length, std::uint32_t *flags)
{
    const Stream *stream = find(id);
    if (!stream)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    idleFrames = 0; // the window updates that answer what we send are no flood
    const std::size_t first =
        stream->outgoing.empty() ? 0 : stream->outgoing.front().size() - stream->begin;
    const std::size_t count = std::min(length, first);
    if (count == stream->queued && stream->finished)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (count == 0)
        return NGHTTP2_ERR_DEFERRED;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return static_cast<nghttp2_ssize>(count);
}

int Session::Private::sendData(StreamId id, BytesView header, std::size_t length)
{
    Stream *stream = find(id);
    if (!stream || !output.bytes)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const bool goesAlone = length > smallData && !output.bytes->empty();
    output.isFull = output.isFull || goesAlone || output.bytes->size() >= pieceBytes;
    if (output.isFull)
        return NGHTTP2_ERR_WOULDBLOCK; // asked again for the next piece
    if (length == 0)
        output.bytes->append(header);
    else
        moveOut(*stream, header, length);
    if (stream->wantsWritable && stream->queued < limits.sendBuffer / 2) {
        stream->wantsWritable = false;
        drained.push_back(id);
    }
    return 0;
}

void Session::Private::moveOut(Stream &stream, BytesView header, std::size_t length)
{
    Bytes &piece = stream.outgoing.front();
    const bool isWhole = stream.begin + length == piece.size();
    if (isWhole && stream.begin == frameHeaderBytes && output.bytes->empty()) {
        std::ranges::copy(header, piece.begin());
        output.bytes->swap(piece);
    } else {
        output.bytes->append(header);
        output.bytes->append(piece, stream.begin, length);
    }
    stream.queued -= length;
    stream.begin += length;
    if (!isWhole)
        return;
    if (spare.size() < maxSpare && piece.capacity() >= pieceBytes)
        spare.push_back(std::move(piece));
    stream.outgoing.pop_front();
    stream.begin = frameHeaderBytes;
}

namespace {

Session::Private &stateOf(void *user)
{
    return *static_cast<Session::Private *>(user);
}

std::string text(nghttp2_rcbuf *buffer)
{
    const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
    return {reinterpret_cast<const char *>(bytes.base), bytes.len};
}

nghttp2_ssize readBody(nghttp2_session *,
    std::int32_t id,
    std::uint8_t *,
    std::size_t length,
    std::uint32_t *flags,
    nghttp2_data_source *,
    void *user)
{
    return stateOf(user).announceData(id, length, flags);
}

int sendBody(nghttp2_session *,
    nghttp2_frame *frame,
    const std::uint8_t *header,
    std::size_t length,
    nghttp2_data_source *,
    void *user)
{
    const BytesView bytes(reinterpret_cast<const char *>(header), frameHeaderBytes);
    return stateOf(user).sendData(frame->hd.stream_id, bytes, length);
}

nghttp2_ssize frameLength(nghttp2_session *,
    std::uint8_t,
    std::int32_t,
    std::int32_t connectionWindow,
    std::int32_t streamWindow,
    std::uint32_t peerMaxFrame,
    void *)
{
    const std::int32_t most = static_cast<std::int32_t>(std::min(peerMaxFrame, maxFrameBytes));
    return std::min({connectionWindow, streamWindow, most});
}

using Callbacks =
    std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)>;

void setCallbacks(nghttp2_session_callbacks *callbacks)
{
    nghttp2_session_callbacks_set_on_begin_headers_callback(
        callbacks, [](nghttp2_session *, const nghttp2_frame *frame, void *user) {
            return stateOf(user).beginHeaders(*frame);
        });
    nghttp2_session_callbacks_set_on_header_callback2(callbacks,
        [](nghttp2_session *,
            const nghttp2_frame *frame,
            nghttp2_rcbuf *name,
            nghttp2_rcbuf *value,
            std::uint8_t,
            void *user) { return stateOf(user).header(*frame, text(name), text(value)); });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session *, const nghttp2_frame *frame, void *user) {
            return stateOf(user).frameReceived(*frame);
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
        [](nghttp2_session *,
            std::uint8_t,
            std::int32_t id,
            const std::uint8_t *data,
            std::size_t size,
            void *user) {
            return stateOf(user).dataReceived(id, {reinterpret_cast<const char *>(data), size});
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session *, std::int32_t id, std::uint32_t errorCode, void *user) {
            return stateOf(user).streamClosed(id, errorCode);
        });
    nghttp2_session_callbacks_set_data_source_read_length_callback2(callbacks, frameLength);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, sendBody);
}

} // namespace

nghttp2_data_provider2 Session::Private::bodySource()
{
    return {.source = {.ptr = nullptr}, .read_callback = readBody};
}

nghttp2_session *Session::Private::make()
{
    nghttp2_session_callbacks *raw = nullptr;
    nghttp2_option *options = nullptr;
    if (nghttp2_session_callbacks_new(&raw) != 0)
        return nullptr;
    const Callbacks callbacks(raw, &nghttp2_session_callbacks_del);
    setCallbacks(raw);
    if (nghttp2_option_new(&options) != 0)
        return nullptr;
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_peer_max_concurrent_streams(options, limits.maxStreams);
    nghttp2_option_set_max_reserved_remote_streams(options, 0);
    nghttp2_option_set_max_settings(options, maxSettings);
    nghttp2_option_set_max_outbound_ack(options, maxPendingAcks);
    nghttp2_option_set_stream_reset_rate_limit(options, resetBurst, resetsPerSecond);
    nghttp2_session *made = nullptr;
    if (isServer)
        nghttp2_session_server_new2(&made, raw, this, options);
    else
        nghttp2_session_client_new2(&made, raw, this, options);
    nghttp2_option_del(options);
    return made;
}

} // namespace core::link
