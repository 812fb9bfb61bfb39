#pragma once

#include "core/link/bytes.h"

#include <array>
#include <cstdint>
#include <optional>

namespace core::link {

/// The ports of the machine, as their virtio-serial names without the prefix "org.paddock.".
enum class PortName : std::uint8_t { Control = 1, Egress = 2, Sync = 3 };

/// What both ends of every port must agree on; another one in a resumed guest means a cold boot.
inline constexpr std::uint8_t linkVersion = 1;

using Nonce = std::array<char, 16>;

/// A greeting is 32 bytes: "PADDOCK?" (host) or "PADDOCK!" (guest), version, port, six zero bytes,
/// nonce.
///
/// After a virtio-serial reconnect QEMU accepts bytes before the guest has reopened the port and
/// drops them. So the host sends its hello again and again until the guest's answer with the same
/// nonce arrives, and only then starts to speak. Duplicates that were under way are swallowed on
/// both ends. What precedes the first greeting is a remainder of the previous connection and is
/// skipped. No I/O here: the owner moves the bytes.
inline constexpr std::size_t greetingBytes = 32;

/// The host's end.
class HostGreeting
{
public:
    HostGreeting(PortName port, const Nonce &nonce);

    /// What to send now and again while `done()` is false.
    [[nodiscard]] const Bytes &hello() const { return m_hello; }
    /// How long to wait for the answer before the next hello: 10 ms at first, since a machine that
    /// was forked or resumed is there at once, and 100 ms after a second, since one that boots
    /// takes its time. To be called once for each hello.
    [[nodiscard]] int pauseMs();

    /// Takes bytes from the port. Returns what belongs to the protocol above (possibly empty); it
    /// is valid while `bytes` live and until the next call. Fails with Malformed when the guest
    /// speaks another version or more than 64 KiB precede its answer.
    [[nodiscard]] Result<BytesView> feed(BytesView bytes);
    [[nodiscard]] bool done() const { return m_done; }

private:
    Bytes m_hello;
    Bytes m_answer;
    Bytes m_pending;
    Bytes m_rest; ///< what the last feed returned, where it is not a part of what was fed
    std::size_t m_skipped = 0;
    int m_hellos = 0;
    bool m_done = false;
    bool m_passing = false;
};

/// The guest's end; one for each time the port is opened.
class GuestGreeting
{
public:
    explicit GuestGreeting(PortName port);

    struct Fed
    {
        Bytes reply;            ///< to send at once
        BytesView rest;         ///< bytes of the protocol above; valid as those of HostGreeting
        bool restarted = false; ///< a new hello arrived: forget the previous connection's state
    };
    /// Takes what one read of the port gave, before and after the greeting. A hello with a new
    /// nonce in front of the protocol's bytes, or as all that a read gave, restarts the link; so a
    /// guest that missed the hang-up recovers. A hello of another version is answered (the answer
    /// tells ours) and else ignored. Fails with Malformed on a hello for another port.
    [[nodiscard]] Result<Fed> feed(BytesView bytes);
    [[nodiscard]] bool done() const { return m_done; }

private:
    Result<> take(const Bytes &hello, Fed &fed);
    bool isOnlyNewHello(BytesView bytes) const;

    PortName m_port;
    Bytes m_hello;
    Bytes m_pending;
    Bytes m_rest; ///< as HostGreeting's
    bool m_done = false;
    bool m_passing = false;
};

} // namespace core::link
