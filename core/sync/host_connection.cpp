#include "core/sync/host_connection.h"

#include "core/sync/host_report.h"

#include <utility>

namespace core::sync {

using tree::malformed;
using tree::Result;

namespace {

constexpr std::int64_t stalledMs = 30'000;
constexpr std::int64_t pingMs = 5'000;

} // namespace

void HostConnection::greet(const Hello &hello)
{
    m_output.clear();
    m_reader = FrameReader();
    m_mirror.clear();
    m_phase = Phase::Greeting;
    waitAnew();
    send(FrameType::Hello, encode(hello));
}

void HostConnection::close()
{
    m_phase = Phase::Offline;
    m_output.clear();
}

Result<> HostConnection::receive(std::string_view bytes)
{
    waitAnew();
    const auto frames = m_reader.feed(bytes);
    if (!frames)
        return std::unexpected(frames.error());
    for (const Frame &frame : *frames) {
        if (auto handled = handle(frame); !handled)
            return handled;
    }
    return {};
}

void HostConnection::askForTree()
{
    m_phase = Phase::Listing;
    send(FrameType::Scan, {});
}

void HostConnection::askFor(const std::vector<NeededFile> &files)
{
    appendNeed(m_output, files);
}

void HostConnection::send(FrameType type, std::string_view payload)
{
    m_output += encodeFrame(type, payload);
}

std::string HostConnection::takeOutput()
{
    return std::exchange(m_output, {});
}

void HostConnection::keepAlive()
{
    const std::int64_t now = steadyMs();
    if (m_phase == Phase::Offline || now - m_pingMs < pingMs)
        return;
    m_pingMs = now;
    send(FrameType::Ping, {});
}

void HostConnection::waitAnew()
{
    m_heardMs = steadyMs();
}

bool HostConnection::isStalled() const
{
    return m_phase != Phase::Offline && steadyMs() - m_heardMs > stalledMs;
}

Result<> HostConnection::handle(const Frame &frame)
{
    switch (frame.type) {
    case FrameType::HelloAck:
        return welcome(frame);
    case FrameType::Dirty:
        m_messages.filesChanged();
        return {};
    case FrameType::TreeData:
        return treeData(frame);
    case FrameType::TreeEnd:
        return treeEnd(frame);
    case FrameType::Small:
    case FrameType::Begin:
    case FrameType::Data:
    case FrameType::End:
    case FrameType::Missing:
        return m_messages.contentCame(frame);
    case FrameType::Results:
    case FrameType::Applied:
    case FrameType::GitDone:
        return m_messages.answered(frame);
    case FrameType::Pong:
    case FrameType::Alive:
        return {};
    case FrameType::Hello:
    case FrameType::Scan:
    case FrameType::Need:
    case FrameType::PlanData:
    case FrameType::PlanEnd:
    case FrameType::GitBundle:
    case FrameType::GitSetup:
    case FrameType::Ping:
        return malformed("a message that only the host sends");
    }
    std::unreachable();
}

Result<> HostConnection::welcome(const Frame &frame)
{
    if (m_phase != Phase::Greeting)
        return malformed("a second welcome");
    const auto ack = decodeHelloAck(frame.payload);
    if (!ack)
        return std::unexpected(ack.error());
    m_phase = Phase::Open;
    return m_messages.welcomed(*ack);
}

Result<> HostConnection::treeData(const Frame &frame)
{
    if (m_phase != Phase::Listing)
        return malformed("a tree nobody asked for");
    return m_mirror.addData(frame.payload);
}

Result<> HostConnection::treeEnd(const Frame &frame)
{
    if (m_phase != Phase::Listing)
        return malformed("a tree nobody asked for");
    const auto end = decodeTreeEnd(frame.payload);
    if (!end)
        return std::unexpected(end.error());
    m_phase = Phase::Open;
    return m_messages.treeEnded(*end);
}

} // namespace core::sync
