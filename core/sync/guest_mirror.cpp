#include "core/sync/guest_mirror.h"

#include "core/sync/tree_codec.h"

#include <utility>

namespace core::sync {

void GuestMirror::clear()
{
    m_pending.clear();
    m_tree = nullptr;
    m_masked = nullptr;
}

tree::Result<> GuestMirror::addData(std::string_view bytes)
{
    if (m_pending.size() + bytes.size() > TreeLimits{}.bytes)
        return std::unexpected(
            tree::Error{.kind = tree::Error::Kind::TooLarge, .detail = "tree too large"});
    m_pending += bytes;
    return {};
}

tree::Result<> GuestMirror::finish(const TreeEnd &end, const Selection &selection)
{
    auto changes = decodeChanges(std::exchange(m_pending, {}));
    if (!changes)
        return std::unexpected(changes.error());
    if (!m_tree)
        m_tree = tree::makeDirectory();
    m_tree = tree::withChanges(m_tree, *changes);
    if (!tree::isDirectory(m_tree) || m_tree->id != end.root)
        return tree::malformed("the tree is not the one announced");
    if (tree::memoryOf(m_tree) > m_memory) {
        clear();
        return std::unexpected(
            tree::Error{.kind = tree::Error::Kind::TooLarge, .detail = "too many files"});
    }
    if (!m_masked || selection != m_selection) {
        m_selection = selection;
        m_masked = masked(m_tree, selection);
        return {};
    }
    for (tree::Change &change : *changes)
        change.after = masked(change.after, selection, change.path);
    m_masked = tree::withChanges(m_masked, std::move(*changes));
    return {};
}

} // namespace core::sync
