#include "core/guest/sync_link.h"

namespace core::guest {

Outcome<> SyncLink::take(std::string_view bytes)
{
    auto passed = pass(bytes);
    if (!passed)
        m_greeting = link::GuestGreeting(link::PortName::Sync);
    return passed;
}

Outcome<> SyncLink::pass(std::string_view bytes)
{
    const auto fed = m_greeting.feed(bytes);
    if (!fed)
        return std::unexpected(fed.error().detail);
    if (fed->restarted)
        m_owner.restart();
    if (!fed->reply.empty())
        if (auto sent = m_owner.send(fed->reply); !sent)
            return sent;
    return fed->rest.empty() ? Outcome<>() : m_owner.receive(fed->rest);
}

} // namespace core::guest
