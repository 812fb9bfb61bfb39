#pragma once

#include "core/link/greeting.h"
#include "core/link/session.h"

#include <memory>
#include <string>

/// Ends the program: it cannot measure anything.
[[noreturn]] void giveUp(const std::string &why);

/// The host's end of a control port, as little as one can be: it greets, and moves bytes between
/// the port and a session. Whatever goes wrong ends the program.
class BareLink
{
public:
    /// Returns when the guest has answered. `events` may use this object from then on.
    BareLink(const char *socketPath, core::link::SessionEvents events);

    [[nodiscard]] core::link::Session &session() { return *m_session; }
    /// `last` means that no body follows.
    core::link::StreamId request(const char *method, const std::string &path, bool last);
    /// Moves what can be moved, after a wait for it; -1 waits for ever.
    void turn(int timeoutMs = -1);

private:
    void write();
    void read();

    int m_port = -1;
    core::link::HostGreeting m_greeting;
    std::unique_ptr<core::link::Session> m_session;
    core::link::Bytes m_input;
    core::link::Bytes m_output;
    std::size_t m_written = 0;
    bool m_hasMet = false;
};
