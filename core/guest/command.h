#pragma once

#include "core/guest/backlog.h"
#include "core/guest/children.h"
#include "core/guest/command_input.h"
#include "core/guest/command_spec.h"
#include "core/guest/descriptor.h"
#include "core/link/channel_frames.h"

#include <functional>
#include <optional>
#include <vector>

namespace core::guest {

/// What a command needs of the stream it belongs to.
struct CommandStream
{
    std::function<std::size_t(link::BytesView)> write;     ///< how many bytes were taken
    std::function<std::size_t(const link::Source &)> fill; ///< the same, for bulk
    std::function<void(std::size_t)> consumed;             ///< the peer may send so many more
    std::function<void()> finish;                          ///< nothing more is written
};

/// One running command of an `exec` stream, with or without a terminal. Reads no more of its output
/// than the stream takes, and credits no more input than the command has read. Destroying it hangs
/// the command up.
class Command
{
public:
    /// `defaults` is the environment of every command beyond the login's own.
    Command(EventLoop &loop, Children &children, CommandStream stream, Environment defaults);
    ~Command();
    Command(const Command &) = delete;
    Command &operator=(const Command &) = delete;

    /// Bytes of the stream. What is malformed is answered with `failed` before the start, and hangs
    /// up after it.
    void receive(link::BytesView bytes);
    /// The stream takes bytes again.
    void writable();
    /// SIGHUP, and KILL where it does not help.
    void hangUp();
    /// The name under which it waits for another stream; empty while it has one. It reads no output
    /// meanwhile, so its terminal fills up and nothing is lost.
    [[nodiscard]] const std::string &parkedAs() const { return m_parkedAs; }
    /// Its stream is gone with the connection: it waits for another one if its spec says so; else
    /// nothing happens.
    void lose();
    [[nodiscard]] bool isLost() const { return m_isLost; }
    /// Goes on with another stream, whose peer has the first `received` bytes of the output;
    /// nothing said: all of it.
    void adopt(CommandStream stream, std::optional<std::uint64_t> received);

private:
    enum class State { AwaitingSpec, Running, Draining, Done };
    struct Outlet
    {
        Descriptor descriptor;
        link::Channel channel = link::Channel::Output;
    };

    void handle(const CommandRequest &request);
    void park(const std::string &name);
    void start(const CommandSpec &spec);
    Outcome<> open(const CommandSpec &spec, Launch &launch, std::vector<Descriptor> &theirs);
    void readFrom(std::size_t outlet);
    bool send(link::Bytes frames);
    void signal(int number);
    void ended(int waitStatus);
    void outletClosed(std::size_t outlet);
    void giveUpOnPipesLater();
    void finishIfDrained();
    void fail(const std::string &reason);
    void watchOutlets(bool reading);
    void credit();

    EventLoop &m_loop;
    Children &m_children;
    CommandStream m_stream;
    Environment m_defaults;
    State m_state = State::AwaitingSpec;
    bool m_hasTerminal = false;
    std::string m_keepAs; ///< when the connection is lost
    std::string m_parkedAs;
    bool m_isLost = false; ///< parked since the connection was lost
    Backlog m_backlog;     ///< of output; only of one that may be lost
    pid_t m_child = -1;
    int m_waitStatus = 0;
    link::ChannelReader m_reader;
    CommandInput m_input;
    std::vector<Outlet> m_outlets;
    std::size_t m_uncredited = 0;
    link::Bytes m_unsent;           ///< frames the stream did not take
    bool m_isFull = false;          ///< the stream takes no output now
    std::size_t m_readSinceEnd = 0; ///< of output, after the command itself had ended
    std::size_t m_readBefore = 0;   ///< the same, when patience was last looked at
    std::optional<EventLoop::TimerId> m_patience;
};

} // namespace core::guest
