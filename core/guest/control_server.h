#pragma once

#include "core/guest/children.h"
#include "core/guest/command.h"
#include "core/guest/control_link.h"
#include "core/guest/guest_services.h"

#include <map>
#include <optional>
#include <set>

namespace core::guest {

/// Serves the control port (PROTOCOL.md). What a lost connection leaves behind is hung up: at once,
/// or what may wait, a while after the next connection.
class ControlServer
{
public:
    ControlServer(EventLoop &loop, Children &children, Descriptor port, GuestServices &services);
    ~ControlServer();

    /// One line to everyone who listens on /events; a listener that does not read misses it.
    void tell(const std::string &event);
    /// To be called before the loop waits.
    void pump() { m_link.pump(); }
    [[nodiscard]] bool hasOutput() const { return m_link.hasOutput(); }

private:
    struct Request
    {
        std::string path;
        link::Bytes body;
    };

    link::SessionEvents events();
    void opened(link::StreamId stream, const link::Headers &headers);
    void received(link::StreamId stream, link::BytesView bytes);
    void finished(link::StreamId stream);
    void forget(link::StreamId stream);
    void startCommand(link::StreamId stream);
    void adoptCommand(link::StreamId stream, const link::Headers &headers);
    void loseCommands();
    void hangUpLost();
    CommandStream laneOf(link::StreamId stream);
    void keepParked(std::unique_ptr<Command> command);
    void answer(link::StreamId stream, const Outcome<> &outcome);
    void reply(link::StreamId stream, int status, const std::string &body);
    Outcome<> dispatch(const Request &request);

    EventLoop &m_loop;
    Children &m_children;
    GuestServices &m_services;
    std::map<link::StreamId, Request> m_requests;
    std::map<link::StreamId, std::unique_ptr<Command>> m_commands;
    std::map<std::string, std::unique_ptr<Command>> m_parked; ///< by name, without a stream
    std::set<link::StreamId> m_listeners;
    std::optional<EventLoop::TimerId> m_patience; ///< with commands that are lost
    ControlLink m_link;
};

} // namespace core::guest
