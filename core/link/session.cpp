#include "core/link/session.h"

#include "core/link/session_state.h"

#include <algorithm>

namespace core::link {

std::string_view headerValue(const Headers &headers, std::string_view name)
{
    for (const auto &[key, value] : headers)
        if (key == name)
            return value;
    return {};
}

namespace {

Error closedError(std::string detail)
{
    return {Error::Kind::Closed, std::move(detail)};
}

std::vector<nghttp2_nv> toNameValues(const Headers &headers)
{
    std::vector<nghttp2_nv> fields;
    fields.reserve(headers.size());
    for (const auto &[name, value] : headers) {
        // nghttp2 copies both and changes neither; its type only lacks the const.
        fields.push_back({reinterpret_cast<std::uint8_t *>(const_cast<char *>(name.data())),
            reinterpret_cast<std::uint8_t *>(const_cast<char *>(value.data())),
            name.size(),
            value.size(),
            NGHTTP2_NV_FLAG_NONE});
    }
    return fields;
}

} // namespace

Session::Session(std::unique_ptr<Private> state)
    : d(std::move(state))
{
}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::create(
    Role role, SessionEvents events, const Limits &limits)
{
    auto state = std::make_unique<Private>();
    state->events = std::move(events);
    state->limits = limits;
    state->growthLeft = limits.growth;
    state->isServer = role == Role::Server;
    if (!state->start())
        return std::unexpected(Error{Error::Kind::TooLarge, "no memory for a session"});
    return std::unique_ptr<Session>(new Session(std::move(state)));
}

Result<> Session::receive(BytesView bytes)
{
    if (d->failure)
        return std::unexpected(*d->failure);
    const auto *data = reinterpret_cast<const std::uint8_t *>(bytes.data());
    d->busy = true;
    const auto used = nghttp2_session_mem_recv2(d->session.get(), data, bytes.size());
    d->busy = false;
    if (!d->failure && used < 0)
        d->failure = Error{Error::Kind::Malformed, nghttp2_strerror(static_cast<int>(used))};
    else if (!d->failure && nghttp2_session_want_read(d->session.get()) == 0)
        d->failure = Error{Error::Kind::Malformed, "the connection was given up"};
    if (d->failure)
        return std::unexpected(*d->failure);
    return {};
}

Bytes Session::takeOutput(std::size_t limit)
{
    Bytes output;
    for (Bytes piece; output.size() < limit && nextOutput(piece);)
        output += piece;
    return output;
}

bool Session::nextOutput(Bytes &output)
{
    if (d->busy)
        return false;
    output.clear();
    d->output = {.bytes = &output, .isFull = false};
    do
        d->gather();
    while (output.empty() && d->tellWritable());
    d->output = {};
    d->tellWritable();
    return !output.empty();
}

bool Session::wantsOutput() const
{
    return nghttp2_session_want_write(d->session.get()) != 0;
}

Result<StreamId> Session::open(const Headers &request, bool last)
{
    if (d->failure)
        return std::unexpected(*d->failure);
    if (d->isServer)
        return std::unexpected(closedError("a server opens no stream"));
    if (d->streams.size() >= d->limits.maxStreams)
        return std::unexpected(Error{Error::Kind::TooLarge, "too many open streams"});
    const auto fields = toNameValues(request);
    const auto body = d->bodySource();
    const StreamId id = nghttp2_submit_request2(
        d->session.get(), nullptr, fields.data(), fields.size(), last ? nullptr : &body, nullptr);
    if (id < 0)
        return std::unexpected(closedError(nghttp2_strerror(id)));
    Stream &stream = d->streams[id];
    stream.announced = true;
    stream.answered = true;
    stream.finished = last;
    return id;
}

void Session::answer(StreamId id, int status, const Headers &headers, bool last)
{
    Stream *stream = d->find(id);
    if (!d->isServer || !stream || stream->answered)
        return;
    Headers all{{":status", std::to_string(status)}};
    all.insert(all.end(), headers.begin(), headers.end());
    const auto fields = toNameValues(all);
    const auto body = d->bodySource();
    stream->answered = true;
    stream->finished = stream->finished || last;
    const bool bodiless = last && stream->queued == 0;
    if (nghttp2_submit_response2(
            d->session.get(), id, fields.data(), fields.size(), bodiless ? nullptr : &body) != 0)
        reset(id, NGHTTP2_INTERNAL_ERROR);
}

std::size_t Session::write(StreamId id, BytesView bytes)
{
    Stream *stream = d->find(id);
    if (!stream || stream->finished || d->failure)
        return 0;
    const std::size_t room = d->limits.sendBuffer - std::min(stream->queued, d->limits.sendBuffer);
    const BytesView taken = bytes.substr(0, room);
    stream->wantsWritable = taken.size() < bytes.size();
    d->append(*stream, taken);
    if (!taken.empty() && stream->answered)
        nghttp2_session_resume_data(d->session.get(), id);
    return taken.size();
}

std::size_t Session::fill(StreamId id, const Source &source)
{
    Stream *stream = d->find(id);
    if (!stream || stream->finished || d->failure)
        return 0;
    stream->wantsWritable = stream->queued >= d->limits.sendBuffer;
    if (stream->wantsWritable)
        return 0;
    const std::size_t count = d->fill(*stream, source);
    if (count > 0 && stream->answered)
        nghttp2_session_resume_data(d->session.get(), id);
    return count;
}

std::size_t Session::queued(StreamId id) const
{
    const Stream *stream = d->find(id);
    return stream ? stream->queued : 0;
}

void Session::finish(StreamId id)
{
    Stream *stream = d->find(id);
    if (!stream || stream->finished)
        return;
    stream->finished = true;
    if (stream->answered)
        nghttp2_session_resume_data(d->session.get(), id);
}

void Session::reset(StreamId id, std::uint32_t errorCode)
{
    Stream *stream = d->find(id);
    if (!stream)
        return;
    stream->finished = true;
    stream->wantsWritable = false;
    nghttp2_submit_rst_stream(d->session.get(), NGHTTP2_FLAG_NONE, id, errorCode);
}

void Session::consumed(StreamId id, std::size_t count)
{
    Stream *stream = d->find(id);
    if (!stream)
        return; // its window went back to the connection when it closed
    count = std::min(count, stream->unconsumed);
    stream->unconsumed -= count;
    nghttp2_session_consume(d->session.get(), id, count);
    stream->creditedSinceGrowth += count;
    if (stream->creditedSinceGrowth >= d->limits.firstWindow + stream->grown)
        d->grow(id, *stream);
}

} // namespace core::link
