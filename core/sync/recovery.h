#pragma once

#include "core/tree/entry.h"

#include <set>
#include <string>
#include <utility>

namespace core::sync {

/// Former values of paths: path and digest of what both sides once had there.
using FormerValues = std::set<std::pair<std::string, tree::Digest>>;

/// The ancestor to reconcile with after the guest stopped uncleanly, lost its disk or went back to
/// an older one, so that no deletion and no return to an older value counts as the guest's doing:
/// what is gone or different there is as if it had never been agreed on (the host's is sent again,
/// or both are a conflict); a former value of the same path counts as unmodified.
[[nodiscard]] tree::EntryPtr recoveryAncestor(
    const tree::EntryPtr &ancestor, const tree::EntryPtr &guest, const FormerValues &former);

} // namespace core::sync
