#include "core/sync/standing.h"

#include <format>

namespace core::sync {

namespace {

/// Plans that changed nothing, or that a killed host did not write down, put the guest ahead; more
/// than this is a lie.
constexpr std::uint64_t mostAhead = 1ULL << 32;

} // namespace

Standing standingOf(const HostEpoch &host, const HelloAck &guest)
{
    if (!host.anything)
        return Standing::Fresh;
    if (guest.session != host.session)
        return Standing::Foreign;
    if (host.restored || guest.plan < host.plan) // also to one that no plan has followed
        return Standing::Older;
    if (guest.plan - host.plan > mostAhead)
        return Standing::Foreign;
    const bool orderly = guest.boot == guest.planBoot || guest.cleanStop;
    return host.uncleanStop || !orderly ? Standing::Unclean : Standing::Current;
}

std::string epochText(const SessionId &session, std::uint64_t plan)
{
    std::string text;
    for (const auto byte : session)
        text += std::format("{:02x}", byte);
    return text + ':' + std::to_string(plan);
}

} // namespace core::sync
