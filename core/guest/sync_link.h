#pragma once

#include "core/guest/outcome.h"
#include "core/link/greeting.h"

#include <functional>
#include <string_view>

namespace core::guest {

/// What the bytes of the sync port mean: greetings, and the session behind them. No I/O here: the
/// owner moves the bytes.
class SyncLink
{
public:
    struct Owner
    {
        std::function<Outcome<>(std::string_view bytes)> send;
        std::function<void()> restart; ///< a new connection: forget the previous one's state
        std::function<Outcome<>(std::string_view bytes)> receive; ///< of the session
    };
    explicit SyncLink(Owner owner)
        : m_owner(std::move(owner))
    {
    }

    /// Takes what one read of the port gave. When that fails, the connection is given up, which the
    /// host is told by silence only: its next greeting is answered as a first one, also when it has
    /// the nonce of the last. (A host may be heard before the port's other direction is open.)
    Outcome<> take(std::string_view bytes);

private:
    Outcome<> pass(std::string_view bytes);

    Owner m_owner;
    link::GuestGreeting m_greeting{link::PortName::Sync};
};

} // namespace core::guest
