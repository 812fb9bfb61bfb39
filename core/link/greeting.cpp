#include "core/link/greeting.h"

#include <utility>

namespace core::link {

namespace {

constexpr BytesView question = "PADDOCK?";
constexpr BytesView response = "PADDOCK!";
constexpr std::size_t versionAt = 8;
constexpr std::size_t portAt = 9;
constexpr std::size_t nonceAt = 16;
constexpr std::size_t maxSkipped = 64 << 10;
constexpr int shortPauses = 100;
constexpr int shortPauseMs = 10;
constexpr int longPauseMs = 100;

Bytes greeting(BytesView magic, PortName port, BytesView nonce)
{
    Bytes bytes(magic);
    bytes += static_cast<char>(linkVersion);
    bytes += static_cast<char>(port);
    bytes.resize(nonceAt, '\0');
    return bytes.append(nonce);
}

Error malformed(std::string detail)
{
    return {Error::Kind::Malformed, std::move(detail)};
}

/// Where `magic` or an unfinished beginning of it stands; `bytes.size()` when neither is there.
std::size_t findMagic(BytesView bytes, BytesView magic)
{
    for (std::size_t at = bytes.find(magic[0]); at < bytes.size();
        at = bytes.find(magic[0], at + 1)) {
        const BytesView here = bytes.substr(at, magic.size());
        if (here == magic.substr(0, here.size()))
            return at;
    }
    return bytes.size();
}

bool isUnfinished(BytesView bytes, BytesView whole)
{
    return bytes.size() < whole.size() && whole.starts_with(bytes);
}

} // namespace

HostGreeting::HostGreeting(PortName port, const Nonce &nonce)
    : m_hello(greeting(question, port, {nonce.data(), nonce.size()}))
    , m_answer(greeting(response, port, {nonce.data(), nonce.size()}))
{
}

int HostGreeting::pauseMs()
{
    return ++m_hellos <= shortPauses ? shortPauseMs : longPauseMs;
}

Result<BytesView> HostGreeting::feed(BytesView bytes)
{
    if (m_passing)
        return bytes;
    m_pending.append(bytes);
    while (!m_done) {
        const std::size_t at = findMagic(m_pending, response);
        m_skipped += at;
        m_pending.erase(0, at);
        if (m_skipped > maxSkipped)
            return std::unexpected(malformed("the guest did not answer the greeting"));
        if (m_pending.size() < greetingBytes)
            return BytesView();
        const BytesView candidate = BytesView(m_pending).substr(0, greetingBytes);
        const bool ours = candidate.substr(nonceAt) == BytesView(m_answer).substr(nonceAt);
        if (ours && candidate != m_answer)
            return std::unexpected(
                malformed(candidate[versionAt] != m_answer[versionAt]
                              ? "the guest speaks another version of the protocol"
                              : "the guest answered for another port"));
        m_done = ours;
        const std::size_t used =
            ours ? greetingBytes : 1; // an answer to an earlier hello is skipped
        m_skipped += ours ? 0 : used;
        m_pending.erase(0, used);
    }
    while (m_pending.starts_with(m_answer))
        m_pending.erase(0, greetingBytes);
    if (isUnfinished(m_pending, m_answer))
        return BytesView();
    m_passing = true;
    m_rest = std::exchange(m_pending, {});
    return BytesView(m_rest);
}

GuestGreeting::GuestGreeting(PortName port)
    : m_port(port)
{
}

Result<GuestGreeting::Fed> GuestGreeting::feed(BytesView bytes)
{
    if (m_passing && !isOnlyNewHello(bytes))
        return Fed{.reply = {}, .rest = bytes};
    Fed fed;
    if (std::exchange(m_passing, false))
        m_pending.clear();
    m_pending.append(bytes);
    while (true) {
        const std::size_t skipped = m_done ? 0 : findMagic(m_pending, question);
        m_pending.erase(0, skipped);
        if (!m_pending.starts_with(question) || m_pending.size() < greetingBytes)
            break;
        const Bytes hello = m_pending.substr(0, greetingBytes);
        if (auto taken = take(hello, fed); !taken)
            return std::unexpected(taken.error());
        m_pending.erase(0, greetingBytes);
    }
    const bool undecided = m_pending.size() < greetingBytes &&
                           (isUnfinished(m_pending, question) || m_pending.starts_with(question));
    if (m_done && !undecided) {
        m_passing = true;
        m_rest = std::exchange(m_pending, {});
        fed.rest = m_rest;
    }
    return fed;
}

Result<> GuestGreeting::take(const Bytes &hello, Fed &fed)
{
    const BytesView nonce = BytesView(hello).substr(nonceAt);
    if (hello[portAt] != static_cast<char>(m_port))
        return std::unexpected(malformed("a greeting for another port"));
    if (hello == m_hello)
        return {};
    fed.reply +=
        greeting(response, m_port, nonce); // carries our version, so that the host can tell why
    if (hello != greeting(question, m_port, nonce))
        return {};
    fed.restarted = m_done;
    m_hello = hello;
    m_done = true;
    return {};
}

bool GuestGreeting::isOnlyNewHello(BytesView bytes) const
{
    if (bytes.size() < greetingBytes || bytes.size() % greetingBytes != 0)
        return false;
    const BytesView first = bytes.substr(0, greetingBytes);
    if (first == m_hello || first != greeting(question, m_port, first.substr(nonceAt)))
        return false;
    for (std::size_t at = greetingBytes; at < bytes.size(); at += greetingBytes)
        if (bytes.substr(at, greetingBytes) != first)
            return false;
    return true;
}

} // namespace core::link
