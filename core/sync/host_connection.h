#pragma once

#include "core/sync/codec.h"
#include "core/sync/content.h"
#include "core/sync/guest_mirror.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core::sync {

/// What a guest says to a session of the host. An error ends the connection.
class GuestMessages
{
public:
    virtual ~GuestMessages() = default;

    virtual tree::Result<> welcomed(const HelloAck &ack) = 0;
    virtual tree::Result<> treeEnded(const TreeEnd &end) = 0; ///< the mirror has its entries
    virtual tree::Result<> contentCame(const Frame &frame) = 0;
    virtual tree::Result<> answered(const Frame &frame) = 0; ///< Results, Applied or GitDone
    virtual void filesChanged() = 0;

protected:
    GuestMessages() = default;
    GuestMessages(const GuestMessages &) = default;
    GuestMessages &operator=(const GuestMessages &) = default;
};

/// One connection after another to a guest's sync end, as every session of the host has them: it
/// greets, reads what the guest says and tells `messages`, keeps alive, and collects what is to be
/// sent. A welcome and a tree that nobody asked for are errors here already.
class HostConnection
{
public:
    explicit HostConnection(GuestMessages &messages)
        : m_messages(messages)
    {
    }

    /// Begins with a new connection; nothing of the one before remains.
    void greet(const Hello &hello);
    void close();
    [[nodiscard]] tree::Result<> receive(std::string_view bytes);
    void askForTree();
    void askFor(const std::vector<NeededFile> &files);
    void send(FrameType type, std::string_view payload);
    [[nodiscard]] std::string takeOutput();

    void keepAlive(); ///< a ping every 5 s while there is a connection
    /// The guest's time to answer begins anew: it was this end that kept it waiting.
    void waitAnew();
    /// Nothing has been heard for 30 s.
    [[nodiscard]] bool isStalled() const;

    [[nodiscard]] GuestMirror &mirror() { return m_mirror; }

private:
    enum class Phase { Offline, Greeting, Open, Listing };

    tree::Result<> handle(const Frame &frame);
    tree::Result<> welcome(const Frame &frame);
    tree::Result<> treeData(const Frame &frame);
    tree::Result<> treeEnd(const Frame &frame);

    GuestMessages &m_messages;
    Phase m_phase = Phase::Offline;
    FrameReader m_reader;
    std::string m_output;
    GuestMirror m_mirror;
    std::int64_t m_heardMs = 0;
    std::int64_t m_pingMs = 0;
};

} // namespace core::sync
