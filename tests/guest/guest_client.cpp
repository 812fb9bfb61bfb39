#include "guest_client.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <random>
#include <unistd.h>

using namespace core::link;

namespace {

using Clock = std::chrono::steady_clock;

Nonce freshNonce()
{
    std::random_device random;
    Nonce nonce{};
    for (char &byte : nonce)
        byte = static_cast<char>(random());
    return nonce;
}

} // namespace

GuestClient::GuestClient(int descriptor, std::function<void()> turn)
    : m_descriptor(descriptor)
    , m_turn(std::move(turn))
{
    ::fcntl(m_descriptor, F_SETFL, O_NONBLOCK);
}

GuestClient::~GuestClient()
{
    ::close(m_descriptor);
}

bool GuestClient::connect(int timeoutMs)
{
    m_greeting = std::make_unique<HostGreeting>(PortName::Control, freshNonce());
    m_session = std::move(*Session::create(Session::Role::Client, events()));
    const auto deadline = Clock::now() + std::chrono::milliseconds(timeoutMs);
    while (!m_greeting->done() && m_alive && Clock::now() < deadline) {
        // Not more than the port takes: nobody reads it before the guest is up.
        const Bytes &hello = m_greeting->hello();
        m_alive = ::write(m_descriptor, hello.data(), hello.size()) > 0 || errno == EAGAIN;
        waitFor([this] { return m_greeting->done(); }, m_greeting->pauseMs());
    }
    return m_greeting->done();
}

SessionEvents GuestClient::events()
{
    return {.opened = {},
        .answered =
            [this](StreamId id, int status, const Headers &) { m_answers[id].status = status; },
        .data =
            [this](StreamId id, BytesView bytes) {
                m_session->consumed(id, bytes.size());
                const auto running = m_running.find(id);
                if (running == m_running.end()) {
                    m_answers[id].body += bytes;
                    return;
                }
                const auto parts = m_readers[id].feed(bytes);
                if (!parts)
                    m_alive = false;
                for (const auto &part : parts.value_or(std::vector<ChannelPart>())) {
                    if (part.channel == Channel::Output)
                        running->second.output += part.bytes;
                    else if (part.channel == Channel::Error)
                        running->second.error += part.bytes;
                    else
                        (running->second.control += part.bytes) += '\n';
                }
            },
        .ended = [](StreamId) {},
        .closed =
            [this](StreamId id, std::uint32_t) {
                m_closed[id] = true;
                if (const auto running = m_running.find(id); running != m_running.end())
                    running->second.closed = true;
            },
        .writable = [](StreamId) {}};
}

void GuestClient::push(BytesView bytes)
{
    while (!bytes.empty() && m_alive) {
        const auto count = ::write(m_descriptor, bytes.data(), bytes.size());
        if (count > 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EAGAIN && errno != EINTR)
            m_alive = false;
        else if (m_turn)
            m_turn();
        else
            ::poll(nullptr, 0, 1);
    }
}

void GuestClient::turn()
{
    if (m_greeting->done())
        push(m_session->takeOutput());
    if (m_turn)
        m_turn();
    pollfd wait{.fd = m_descriptor, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, m_turn ? 0 : 20) <= 0)
        return;
    std::array<char, 64 << 10> buffer{};
    const auto count = ::read(m_descriptor, buffer.data(), buffer.size());
    if (count <= 0) {
        m_alive = m_alive && count < 0 && errno == EAGAIN;
        return;
    }
    const auto rest = m_greeting->feed({buffer.data(), static_cast<std::size_t>(count)});
    m_alive = rest && m_session->receive(*rest);
}

bool GuestClient::waitFor(const std::function<bool()> &done, int timeoutMs)
{
    const auto deadline = Clock::now() + std::chrono::milliseconds(timeoutMs);
    while (!done() && m_alive && Clock::now() < deadline)
        turn();
    return done();
}

StreamId GuestClient::open(
    const std::string &method, const std::string &path, bool last, const Headers &more)
{
    Headers headers{
        {":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "guest"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return m_session->open(headers, last).value_or(0);
}

GuestClient::Answer GuestClient::request(
    const std::string &method, const std::string &path, const std::string &body)
{
    const StreamId id = open(method, path, body.empty());
    if (!body.empty()) {
        for (BytesView rest = body; !rest.empty() && m_alive;) {
            rest.remove_prefix(m_session->write(id, rest));
            turn();
        }
        m_session->finish(id);
    }
    waitFor([this, id] { return m_closed[id]; });
    return m_answers[id];
}

GuestClient::Answer &GuestClient::listen(const std::string &path)
{
    return m_answers[open("GET", path, true)];
}

GuestClient::Running &GuestClient::start(const std::string &spec)
{
    const StreamId id = open("POST", "/exec", false);
    Running &running = m_running[id];
    running.stream = id;
    send(running, Channel::Control, R"({"spec":)" + spec + "}");
    return running;
}

GuestClient::Running &GuestClient::adopt(const std::string &name, const std::string &received)
{
    const auto more = received.empty() ? Headers() : Headers{{"paddock-received", received}};
    const StreamId id = open("POST", "/adopt/" + name, false, more);
    Running &running = m_running[id];
    running.stream = id;
    return running;
}

void GuestClient::send(const Running &command, Channel channel, const std::string &payload)
{
    const Bytes frames = encodeFrame(channel, payload);
    for (BytesView rest = frames; !rest.empty() && m_alive && !command.closed;) {
        rest.remove_prefix(m_session->write(command.stream, rest));
        turn();
    }
}

void GuestClient::reset(const Running &command)
{
    m_session->reset(command.stream);
    turn();
}

GuestClient::Running GuestClient::run(const std::string &spec, int timeoutMs)
{
    const Running &running = start(spec);
    waitFor(
        [&] {
            return running.control.contains("\"exit\"") || running.control.contains("\"failed\"");
        },
        timeoutMs);
    m_session->finish(running.stream);
    waitFor([&] { return running.closed; }, timeoutMs);
    return running;
}
