#include "core/warden/layer_fold.h"

#include "core/sandbox/disk_layers.h"
#include "core/warden/layer_merge.h"
#include "core/warden/machine_plan.h"
#include "core/warden/snapshot_store.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype shortEnough = 8;
constexpr qsizetype besideMoments = 5;
constexpr qsizetype longest = 18; // fewer than automatic snapshots are taken with

QSet<int> momentsOf(const QList<QList<int>> &chains)
{
    QSet<int> moments;
    for (const auto &chain : chains)
        moments.insert(chain.first());
    return moments;
}

/// All that lie directly over a layer.
QSet<int> above(int layer, const QList<QList<int>> &chains)
{
    QSet<int> layers;
    for (const auto &chain : chains)
        if (const auto at = chain.indexOf(layer); at > 0)
            layers.insert(chain[at - 1]);
    return layers;
}

} // namespace

std::optional<LayerFold> nextFold(const FoldFacts &facts)
{
    const auto &present = facts.present;
    if (present.size() <= facts.most)
        return std::nullopt;
    const auto moments = momentsOf(facts.others);
    const auto chains = facts.others + QList<QList<int>>{present};
    const qsizetype first = facts.top == FoldFacts::Top::Stays ? 2 : 1;
    std::optional<LayerFold> cheapest;
    qint64 least = 0;
    for (auto i = present.size() - 1; i >= first; --i) {
        if (moments.contains(present[i]) || above(present[i], chains).size() != 1)
            continue;
        const auto bytes = facts.bytes.value(present[i]) + facts.bytes.value(present[i - 1]);
        if (cheapest && bytes >= least)
            continue;
        cheapest = LayerFold{.layer = present[i], .into = present[i - 1]};
        least = bytes;
    }
    return cheapest;
}

qsizetype longestChain(const QList<int> &present, const QList<QList<int>> &others)
{
    const auto moments = momentsOf(others);
    const auto kept =
        std::ranges::count_if(present, [&](int layer) { return moments.contains(layer); });
    return std::clamp(qsizetype(kept) + besideMoments, shortEnough, longest);
}

std::optional<FoldFacts> readFoldFacts(const QString &sandboxDirectory)
{
    const DiskLayers layers(sandboxDirectory);
    const auto present = layers.chain();
    const auto others = SnapshotStore(sandboxDirectory).chains();
    if (!present || !others)
        return std::nullopt;
    FoldFacts facts{
        .present = *present, .others = *others, .most = longestChain(*present, *others)};
    if (present->size() > facts.most) // else nobody asks
        for (const int layer : *present)
            facts.bytes.insert(layer, layers.bytes(layer, diskNames()));
    return facts;
}

Future<> foldLayers(QObject *context, const QString &qemuImg, const QString &sandboxDirectory)
{
    const auto facts = readFoldFacts(sandboxDirectory);
    const auto fold = facts ? nextFold(*facts) : std::nullopt;
    if (!fold)
        return ready(Result<>());
    return steps(context,
        mergeLayers(context, {.program = {qemuImg}, .sandboxDirectory = sandboxDirectory}, *fold))
        .then([=] { return ready(adoptMerged(sandboxDirectory, *fold)); })
        .then([=] {
            SnapshotStore(sandboxDirectory).sweep();
            return foldLayers(context, qemuImg, sandboxDirectory);
        })
        .finally([=](const Result<> &folded) {
            if (!folded)
                DiskLayers(sandboxDirectory).dropMerged();
        });
}

} // namespace core
