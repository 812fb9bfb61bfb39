#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace core::guest {

/// Supervises the private Docker daemon: starts it, asks its socket until it answers, starts it
/// again when it ends, more slowly each time. Driven by its owner's event loop; never blocks. One
/// thread.
class Dockerd
{
public:
    enum class State { Off, Starting, Ready, Failed };

    Dockerd() = default;
    ~Dockerd();
    Dockerd(const Dockerd &) = delete;
    Dockerd &operator=(const Dockerd &) = delete;

    void start();
    /// TERM at once; `exited` tells when it is done. It is not started again.
    void stop();

    /// To be called about ten times a second while it is unsettled, with a monotonic time in
    /// milliseconds. True when the state has changed.
    bool tick(std::int64_t nowMs);
    /// Comes up, waits for its next start, or has a change to tell. `start`, `stop` and `exited`
    /// can make it so, nothing else.
    [[nodiscard]] bool isUnsettled() const;
    /// To be called for each reaped child; true when it was the daemon.
    bool exited(pid_t child, int status);

    [[nodiscard]] State state() const { return m_state; }
    /// As `GET /status` shows it: "off", "starting", "ready", "failed: …" with the daemon's own
    /// last words.
    [[nodiscard]] std::string stateText() const;
    [[nodiscard]] bool isRunning() const { return m_child > 0; }

private:
    enum class Wanted { Off, On };

    void spawn();
    bool askSocket();
    void closeSocket();
    void setState(State state);

    State m_state = State::Off;
    Wanted m_wanted = Wanted::Off;
    bool m_changed = false;
    pid_t m_child = -1;
    int m_socket = -1;
    int m_failures = 0; ///< in a row
    std::int64_t m_retryAtMs = 0;
    std::string m_reason;
};

} // namespace core::guest
