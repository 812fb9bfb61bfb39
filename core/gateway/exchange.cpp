#include "core/gateway/exchange.h"

#include "core/gateway/chunks.h"

#include <asio/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_awaitable.hpp>
#include <openssl/crypto.h>
#include <variant>

namespace core::gateway {

namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

// No co_await stands beside || or && or ?: here: GCC 14 evaluates it whatever the other operand
// says.
constexpr auto bodyIdleTime = 60s;
constexpr auto answerTime = 15min; // models think
constexpr int maxInterim = 10;

/// Gives the request the framing headers that its parsed body has.
void frame(HeaderList &headers, const Framing &body)
{
    if (body.kind == Framing::Kind::Length)
        headers.set("Content-Length", std::to_string(body.length));
    else if (body.kind == Framing::Kind::Chunked)
        headers.set("Transfer-Encoding", "chunked");
}

} // namespace

Exchange::Exchange(PeekedStream &client, PeekedStream &upstream, RequestHead head, Wish wish)
    : m_client(client)
    , m_upstream(upstream)
    , m_head(std::move(head))
    , m_wish(std::move(wish))
{
    frame(m_head.headers, m_head.body);
    if (m_wish.webSocket) {
        m_head.headers.set("Connection", "Upgrade");
        m_head.headers.set("Upgrade", "websocket");
    }
}

Async<Exchange::End> Exchange::run()
{
    const bool hasBody = m_head.body != Framing{};
    m_uploaded = !hasBody;
    auto bytes = serialise(m_head);
    const auto error = co_await m_upstream.write(bytes);
    OPENSSL_cleanse(bytes.data(), bytes.size()); // there may be a key in it
    if (error)
        co_return End::NoAnswer;
    if (!hasBody)
        co_return co_await respond();
    // The server may answer before it has the whole body; then the rest is not sent.
    const auto first = co_await (respond() || upload());
    const auto *end = std::get_if<0>(&first);
    co_return end != nullptr ? *end : End::Broken;
}

/// Sends the body, then waits until the response is over: only that ends the exchange.
Async<void> Exchange::upload()
{
    if (m_wish.expectsContinue)
        co_await m_client.write("HTTP/1.1 100 Continue\r\n\r\n");
    m_uploaded = co_await sendBody();
    if (!m_uploaded)
        m_upstream.abort();
    asio::steady_timer never(m_client.executor(), asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
}

Async<bool> Exchange::sendBody()
{
    BodyReader reader(m_head.body);
    const bool chunked = m_head.body.kind == Framing::Kind::Chunked;
    Deadline idle(m_client.executor(), bodyIdleTime, [this] { m_client.abort(); });
    while (!reader.complete()) {
        if (m_client.buffered().empty()) {
            if (!co_await m_client.fill())
                co_return false;
        }
        auto fed = reader.feed(m_client.buffered());
        if (!fed)
            co_return false;
        m_client.consume(fed->taken);
        m_traffic.up += fed->body.size();
        const auto bytes = chunked ? chunk(fed->body) : std::move(fed->body);
        if (co_await m_upstream.write(bytes))
            co_return false;
        idle.restart();
    }
    if (!chunked)
        co_return true;
    const auto error = co_await m_upstream.write(lastChunk);
    co_return !error;
}

Async<std::optional<ResponseHead>> Exchange::readHead()
{
    std::optional<std::size_t> end;
    while (!(end = headEnd(m_upstream.buffered()))) {
        if (m_upstream.buffered().size() > maxHeadBytes) {
            m_detail = "the server's head is longer than 64 KiB";
            co_return std::nullopt;
        }
        if (!co_await m_upstream.fill())
            co_return std::nullopt;
        m_answered = true;
    }
    auto head = parseResponse(m_upstream.buffered().substr(0, *end), m_head.method);
    m_upstream.consume(*end);
    if (!head) {
        m_detail = head.error().detail;
        co_return std::nullopt;
    }
    co_return std::move(*head);
}

/// The response after the interim ones, which end here.
Async<std::optional<ResponseHead>> Exchange::finalHead()
{
    const Deadline late(m_client.executor(), answerTime, [this] { m_upstream.abort(); });
    for (int interim = 0; interim < maxInterim; ++interim) {
        auto head = co_await readHead();
        if (!head || head->status >= 200 || (head->status == 101 && m_wish.webSocket))
            co_return head;
        if (head->status == 101)
            break;
    }
    m_detail = "the server answers out of turn";
    co_return std::nullopt;
}

Async<Exchange::End> Exchange::respond()
{
    auto head = co_await finalHead();
    if (!head)
        co_return m_answered ? End::BadAnswer : End::NoAnswer;
    m_status = head->status;
    if (m_wish.withhold && m_wish.withhold(*head))
        co_return End::Withheld;
    if (head->status == 101)
        co_return co_await upgraded(*head);
    const bool upstreamKeeps = head->minor == 1 && !head->headers.names("connection", "close") &&
                               head->body.kind != Framing::Kind::UntilClose;
    const bool delimited =
        m_head.minor == 1 || head->body.kind == Framing::Kind::Length || head->body == Framing{};
    const bool close = !m_wish.keepAlive || !delimited || !m_uploaded;
    bool passed = co_await sendHead(*head, close);
    if (passed)
        passed = co_await receiveBody(*head);
    if (!passed) {
        m_client.abort();
        co_return End::Broken;
    }
    if (close)
        co_await m_client.finish();
    co_return close || !upstreamKeeps || !m_uploaded ? End::Closed : End::Kept;
}

void redact(ResponseHead &head, const Redactor &redactor)
{
    head.phrase = redactor.whole(std::move(head.phrase));
    for (Header &header : head.headers.all) {
        header.name = redactor.whole(std::move(header.name));
        header.value = redactor.whole(std::move(header.value));
    }
}

Async<bool> Exchange::sendHead(const ResponseHead &head, bool close)
{
    ResponseHead sent = head;
    const auto *length = head.headers.find("content-length");
    const std::string told = length != nullptr ? *length : "";
    removeHopByHop(sent.headers);
    if (head.body.kind == Framing::Kind::Length)
        sent.headers.set("Content-Length", std::to_string(head.body.length));
    else if (head.body == Framing{} && !told.empty() && head.status >= 200 && head.status != 204)
        sent.headers.set("Content-Length", told); // of HEAD and 304
    else if (head.body != Framing{} && m_head.minor == 1)
        sent.headers.set("Transfer-Encoding", "chunked");
    if (close)
        sent.headers.set("Connection", "close");
    redact(sent, m_wish.redactor);
    co_return !co_await m_client.write(serialise(sent));
}

Async<bool> Exchange::receiveBody(const ResponseHead &head)
{
    BodyReader reader(head.body);
    const bool chunked = m_head.minor == 1 && (head.body.kind == Framing::Kind::Chunked ||
                                                  head.body.kind == Framing::Kind::UntilClose);
    Deadline idle(m_client.executor(), answerTime, [this] { m_upstream.abort(); });
    while (!reader.complete()) {
        if (m_upstream.buffered().empty()) {
            if (const bool more = co_await m_upstream.fill(); !more) {
                if (!reader.mayEndHere())
                    co_return false;
                break;
            }
        }
        auto fed = reader.feed(m_upstream.buffered());
        if (!fed)
            co_return false;
        m_upstream.consume(fed->taken);
        m_traffic.down += fed->body.size();
        if (m_wish.copy)
            m_wish.copy(fed->body);
        const auto body = m_wish.redactor.feed(std::move(fed->body));
        if (co_await m_client.write(chunked ? chunk(body) : body))
            co_return false;
        idle.restart();
    }
    const auto rest = m_wish.redactor.rest();
    const auto end = chunked ? chunk(rest) + std::string(lastChunk) : rest;
    const auto error = co_await m_client.write(end);
    co_return !error;
}

/// The server agreed to speak WebSocket: from here on both sides' bytes pass as they are.
Async<Exchange::End> Exchange::upgraded(const ResponseHead &head)
{
    ResponseHead sent = head;
    removeHopByHop(sent.headers);
    sent.headers.set("Connection", "Upgrade");
    sent.headers.set("Upgrade", "websocket");
    redact(sent, m_wish.redactor);
    if (co_await m_client.write(serialise(sent)))
        co_return End::Broken;
    co_await splice(m_client, m_upstream, m_traffic);
    co_return End::Closed;
}

} // namespace core::gateway
