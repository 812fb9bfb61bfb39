#pragma once

#include "core/sync/reconcile.h"

#include <cstdint>
#include <vector>

namespace core::sync {

/// A part of a plan that is made and committed on its own, so that progress shows, little waits
/// behind much, and a break loses little.
struct Batch
{
    std::vector<tree::Change> host;
    std::vector<tree::Change> guest;
};

struct BatchLimits
{
    std::uint64_t files = 2000;
    std::uint64_t bytes = 64 << 20;
};

/// Cuts a plan's changes into batches, in order. A new directory that is larger than a batch
/// becomes an empty one and its children.
[[nodiscard]] std::vector<Batch> cutIntoBatches(const Plan &plan, const BatchLimits &limits = {});

/// Files and bytes that changes bring.
struct Volume
{
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};
[[nodiscard]] Volume volumeOf(const tree::EntryPtr &entry);

} // namespace core::sync
