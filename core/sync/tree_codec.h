#pragma once

#include "core/sync/wire.h"
#include "core/tree/apply.h"
#include "core/tree/change.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::sync {

enum class Times { Leave, Carry }; ///< whether files bring their modification time

/// Bounds of a decoded tree or list of changes.
struct TreeLimits
{
    std::size_t bytes = 256 << 20;
    std::size_t entries = 2'000'000;
    std::size_t directoryEntries = 200'000;
    bool marks = false; ///< accept the mark "made by the guest"; only from our own store
};

void writeEntry(Writer &writer, const tree::EntryPtr &entry, Times times);
/// Reads one entry with everything below: names legal and strictly ascending, kinds known, depth
/// and counts bounded. Directory digests are computed here, never believed.
class EntryReader
{
public:
    explicit EntryReader(const TreeLimits &limits = {})
        : m_limits(limits)
        , m_left(limits.entries)
    {
    }
    [[nodiscard]] tree::Result<tree::EntryPtr> read(Reader &reader, std::size_t depth);

private:
    tree::Result<tree::EntryPtr> readFile(Reader &reader, std::uint8_t flags);
    tree::Result<tree::EntryPtr> readLink(Reader &reader);
    tree::Result<tree::EntryPtr> readProblem(Reader &reader);
    tree::Result<tree::EntryPtr> readDirectory(Reader &reader, std::size_t depth);

    TreeLimits m_limits;
    std::size_t m_left;
};

enum class Before { Leave, Carry }; ///< whether changes bring what they replace

[[nodiscard]] std::string encodeChanges(
    std::span<const tree::Change> changes, Before before, Times times);
[[nodiscard]] tree::Result<std::vector<tree::Change>> decodeChanges(
    std::string_view bytes, const TreeLimits &limits = {});

/// Outcomes that differ from what was wanted, with their index in the plan.
[[nodiscard]] std::string encodeOutcomes(
    std::span<const tree::Change> changes, std::span<const tree::Outcome> outcomes);
/// One outcome for each of `changes`; those not told are as wanted.
[[nodiscard]] tree::Result<std::vector<tree::Outcome>> decodeOutcomes(
    std::string_view bytes, std::span<const tree::Change> changes);

} // namespace core::sync
