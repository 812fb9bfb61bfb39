#pragma once

#include "core/link/channel_frames.h"
#include "core/link/greeting.h"
#include "core/link/session.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

/// The host's end of a control port for tests: blocking, over a connected descriptor.
class GuestClient
{
public:
    /// Owns `descriptor`. `turn` is called while it waits, for a server that lives in the same
    /// thread.
    explicit GuestClient(int descriptor, std::function<void()> turn = {});
    ~GuestClient();

    /// Greets until the guest answers.
    bool connect(int timeoutMs);

    struct Answer
    {
        int status = 0;
        std::string body;
    };
    Answer request(
        const std::string &method, const std::string &path, const std::string &body = {});

    /// A request whose answer goes on; it lives as long as the client.
    Answer &listen(const std::string &path);

    /// A command as a test sees it, and all that has come from it so far.
    struct Running
    {
        core::link::StreamId stream = 0;
        std::string output;
        std::string error;
        std::string control; ///< the Control frames, one a line
        bool closed = false;
    };
    /// Starts it with the JSON of a spec; the result lives as long as the client.
    Running &start(const std::string &spec);
    /// Goes on with a command that was parked.
    Running &adopt(const std::string &name, const std::string &received = {});
    void send(const Running &command, core::link::Channel channel, const std::string &payload);
    void reset(const Running &command);
    /// False when `done` does not hold in time.
    bool waitFor(const std::function<bool()> &done, int timeoutMs = 20000);
    /// Starts it and waits for its end.
    Running run(const std::string &spec, int timeoutMs = 20000);

private:
    core::link::SessionEvents events();
    core::link::StreamId open(const std::string &method,
        const std::string &path,
        bool last,
        const core::link::Headers &more = {});
    void turn();
    void push(core::link::BytesView bytes);

    int m_descriptor;
    std::function<void()> m_turn;
    bool m_alive = true;
    std::unique_ptr<core::link::HostGreeting> m_greeting;
    std::unique_ptr<core::link::Session> m_session;
    std::map<core::link::StreamId, Answer> m_answers;
    std::map<core::link::StreamId, Running> m_running;
    std::map<core::link::StreamId, core::link::ChannelReader> m_readers;
    std::map<core::link::StreamId, bool> m_closed;
};
