#pragma once

#include "core/sync/codec.h"
#include "core/sync/recovery.h"
#include "core/tree/change.h"
#include "core/tree/descriptor.h"

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace core::sync {

/// The last state that both sides had, on disk: a checkpoint (temporary file, fsync, rename) and a
/// log of changes since, each record with its digest and flushed before `commit` returns. It may
/// lag behind the truth, never lead it: so call `commit` only after both sides are durable. A
/// damaged log ends at its last whole record; a damaged checkpoint is an empty ancestor.
class AncestorStore
{
public:
    /// `directory` is the sandbox's `sync/`; stays open.
    static tree::Result<AncestorStore> open(int directory);

    [[nodiscard]] const tree::EntryPtr &tree() const { return m_tree; }
    [[nodiscard]] const SessionId &session() const { return m_session; }
    [[nodiscard]] std::uint64_t plan() const { return m_plan; }
    [[nodiscard]] const FormerValues &former() const { return m_former; }

    /// Notes what plan `plan` is about to do on the host, for a run that is killed half way (not
    /// for a power cut: nothing is flushed).
    [[nodiscard]] tree::Result<> intend(
        std::uint64_t plan, const std::vector<tree::Change> &changes);
    /// What a killed run had begun on the host and not committed. Where it is what stands there
    /// now, both sides had it.
    [[nodiscard]] std::vector<tree::Change> takeBegun() { return std::exchange(m_begun, {}); }

    /// Takes over changes that no plan of the guest's stands for; writes a checkpoint.
    [[nodiscard]] tree::Result<> adopt(std::vector<tree::Change> changes);
    /// Takes over changes that plan `plan` made.
    [[nodiscard]] tree::Result<> commit(std::uint64_t plan, std::vector<tree::Change> changes);
    /// Replaces the tree, for a recovery; writes a checkpoint.
    [[nodiscard]] tree::Result<> replace(tree::EntryPtr tree);
    /// Starts anew with an empty tree and a new session id.
    [[nodiscard]] tree::Result<> startAnew();

private:
    AncestorStore() = default;
    tree::Result<> loadCheckpoint();
    void loadLog();
    void loadIntent();
    tree::Result<> writeCheckpoint();
    void take(std::uint64_t plan, std::vector<tree::Change> changes);
    void remember(const std::string &path, const tree::Digest &digest);
    void rememberBelow(
        const std::string &path, const tree::EntryPtr &before, const tree::EntryPtr &after);

    int m_directory = -1;
    tree::Descriptor m_log;
    tree::EntryPtr m_tree;
    SessionId m_session = {};
    std::uint64_t m_plan = 0;
    std::size_t m_logged = 0;
    std::vector<tree::Change> m_begun;
    FormerValues m_former;
    std::deque<FormerValues::value_type> m_formerOrder;
};

} // namespace core::sync
