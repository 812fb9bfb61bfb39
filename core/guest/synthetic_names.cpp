#include "core/guest/synthetic_names.h"

#include "core/guest/network_plan.h"

namespace core::guest {
namespace {

constexpr std::uint32_t rangeSize = 1U << (32 - syntheticPrefix);
/// The first and the last address of the range are nobody's.
constexpr std::uint32_t firstAddress = syntheticBase + 1;
constexpr std::uint32_t lastAddress = syntheticBase + rangeSize - 2;

} // namespace

SyntheticNames::SyntheticNames(std::size_t capacity)
    : m_capacity(capacity)
    , m_next(firstAddress)
{
}

bool SyntheticNames::covers(std::uint32_t address)
{
    return address - syntheticBase < rangeSize;
}

std::uint32_t SyntheticNames::nextFreeAddress()
{
    for (;;) {
        const auto address = m_next;
        m_next = address == lastAddress ? firstAddress : address + 1;
        if (!m_byAddress.contains(address))
            return address;
    }
}

std::uint32_t SyntheticNames::addressOf(std::string_view name)
{
    if (const auto known = m_byName.find(std::string(name)); known != m_byName.end()) {
        m_entries.splice(m_entries.begin(), m_entries, known->second);
        return known->second->address;
    }
    if (m_entries.size() == m_capacity) {
        m_byName.erase(m_entries.back().name);
        m_byAddress.erase(m_entries.back().address);
        m_entries.pop_back();
    }
    m_entries.push_front({.name = std::string(name), .address = nextFreeAddress()});
    m_byName.emplace(m_entries.front().name, m_entries.begin());
    m_byAddress.emplace(m_entries.front().address, m_entries.begin());
    return m_entries.front().address;
}

std::optional<std::string> SyntheticNames::nameOf(std::uint32_t address)
{
    const auto known = m_byAddress.find(address);
    if (known == m_byAddress.end())
        return {};
    m_entries.splice(m_entries.begin(), m_entries, known->second);
    return known->second->name;
}

} // namespace core::guest
