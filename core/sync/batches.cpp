#include "core/sync/batches.h"

#include <algorithm>

namespace core::sync {

namespace {

using tree::Change;
using tree::EntryPtr;

class Cutter
{
public:
    explicit Cutter(const BatchLimits &limits)
        : m_limits(limits)
    {
    }

    std::vector<std::vector<Change>> groups = {{}};

    void add(const Change &change)
    {
        // Entries count, not only files: a plan of a million empty directories is large too.
        const Volume volume = weigh(change.after);
        const bool large = volume.files > m_limits.files || volume.bytes > m_limits.bytes;
        if (large && tree::isDirectory(change.after)) {
            put({.path = change.path, .before = change.before, .after = tree::makeDirectory()},
                {.files = 1});
            for (const tree::Child &child : change.after->children)
                add({.path = tree::joinPath(change.path, child.name),
                    .before = nullptr,
                    .after = child.entry});
            return;
        }
        put(change, volume);
    }

private:
    void put(Change change, const Volume &volume)
    {
        const bool full = m_sum.files + volume.files > m_limits.files ||
                          m_sum.bytes + volume.bytes > m_limits.bytes;
        if (full && !groups.back().empty()) {
            groups.emplace_back();
            m_sum = {};
        }
        m_sum.files += volume.files;
        m_sum.bytes += volume.bytes;
        groups.back().push_back(std::move(change));
    }

    static Volume weigh(const EntryPtr &entry)
    {
        Volume volume{.files = 1};
        if (!entry)
            return volume;
        volume.bytes = entry->size;
        for (const tree::Child &child : entry->children) {
            const Volume below = weigh(child.entry);
            volume.files += below.files;
            volume.bytes += below.bytes;
        }
        return volume;
    }

    BatchLimits m_limits;
    Volume m_sum;
};

} // namespace

std::vector<Batch> cutIntoBatches(const Plan &plan, const BatchLimits &limits)
{
    Cutter host(limits);
    Cutter guest(limits);
    for (const Change &change : plan.host)
        host.add(change);
    for (const Change &change : plan.guest)
        guest.add(change);
    std::vector<Batch> batches(std::max(host.groups.size(), guest.groups.size()));
    for (std::size_t i = 0; i < host.groups.size(); ++i)
        batches[i].host = std::move(host.groups[i]);
    for (std::size_t i = 0; i < guest.groups.size(); ++i)
        batches[i].guest = std::move(guest.groups[i]);
    return batches;
}

Volume volumeOf(const EntryPtr &entry)
{
    Volume volume;
    if (!entry)
        return volume;
    volume.files = entry->files;
    volume.bytes = entry->size;
    for (const tree::Child &child : entry->children)
        volume.bytes += volumeOf(child.entry).bytes;
    return volume;
}

} // namespace core::sync
