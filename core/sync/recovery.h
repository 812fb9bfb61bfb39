#pragma once

#include "core/tree/change.h"
#include "core/tree/entry.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace core::sync {

/// Former values of paths: path and digest of what both sides once had there. A directory that is
/// gone is there with the digest of an empty one.
using FormerValues = std::set<std::pair<std::string, tree::Digest>>;

/// What a recovery looks at.
struct RecoveryTrees
{
    tree::EntryPtr ancestor;
    tree::EntryPtr host;
    tree::EntryPtr guest;
};

struct Recovery
{
    tree::EntryPtr ancestor; ///< to reconcile with
    /// Files that both sides have with different content, the guest's never agreed on: what would
    /// make the guest's out of the host's.
    std::vector<tree::Change> differing;
};

/// The ancestor to reconcile with after the guest stopped uncleanly, lost its disk or went back to
/// an older one, so that no deletion and no return to an older value counts as the guest's doing:
/// what is gone or different there is as if it had never been agreed on (the host's is sent again,
/// or both are a conflict); a former value of the same path counts as unmodified, also where the
/// path is no longer agreed on at all. A differing file whose path is in `kept` counts as
/// unmodified too: its content is kept, and the host's replaces it.
[[nodiscard]] Recovery recover(const RecoveryTrees &trees,
    const FormerValues &former,
    const std::set<std::string, std::less<>> &kept = {});

} // namespace core::sync
