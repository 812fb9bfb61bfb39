#pragma once

#include "core/sync/codec.h"
#include "core/sync/selection.h"
#include "core/tree/entry.h"

#include <string>
#include <string_view>

namespace core::sync {

/// The guest's tree as far as it has told it; everything in it has been checked and is bounded.
class GuestMirror
{
public:
    static constexpr std::uint64_t mostMemory = 512 << 20;

    explicit GuestMirror(std::uint64_t memory = mostMemory)
        : m_memory(memory)
    {
    }
    void clear();
    /// Bytes of TreeData frames. Fails with TooLarge past 256 MiB between two ends.
    [[nodiscard]] tree::Result<> addData(std::string_view bytes);
    /// Takes over what was sent. Fails with Malformed when the tree that results is not the one
    /// announced, and with TooLarge when it takes too much memory, files or empty directories.
    [[nodiscard]] tree::Result<> finish(const TreeEnd &end, const Selection &selection);

    /// Without what does not take part.
    [[nodiscard]] const tree::EntryPtr &tree() const { return m_masked; }

private:
    std::uint64_t m_memory;
    std::string m_pending;
    tree::EntryPtr m_tree;
    tree::EntryPtr m_masked;
    Selection m_selection;
};

} // namespace core::sync
