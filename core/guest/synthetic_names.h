#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace core::guest {

/// Which synthetic address stands for which name: a connection to the address is a request for the
/// name.
///
/// One address for each name, for as long as the name is among the `capacity` used last. A
/// forgotten name's address goes to another one only after the whole range has been through, so
/// that an address kept too long meets nobody rather than somebody else.
class SyntheticNames
{
public:
    static constexpr std::size_t defaultCapacity = 16384;

    explicit SyntheticNames(std::size_t capacity = defaultCapacity);

    /// The address of a name (host byte order), given on first use.
    std::uint32_t addressOf(std::string_view name);
    /// The name that an address stands for; none when it stands for nothing.
    std::optional<std::string> nameOf(std::uint32_t address);

    /// Whether an address lies in the range of synthetic addresses.
    static bool covers(std::uint32_t address);

private:
    struct Entry
    {
        std::string name;
        std::uint32_t address = 0;
    };
    using Position = std::list<Entry>::iterator;

    std::uint32_t nextFreeAddress();

    std::size_t m_capacity;
    std::uint32_t m_next;
    std::list<Entry> m_entries; ///< most recently used first
    std::unordered_map<std::string, Position> m_byName;
    std::unordered_map<std::uint32_t, Position> m_byAddress;
};

} // namespace core::guest
