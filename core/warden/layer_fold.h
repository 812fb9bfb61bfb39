#pragma once

#include "core/async/steps.h"

#include <QList>

#include <optional>

namespace core {

/// A layer (disk_layers.h) that can go: what only it holds moves up into the one above.
struct LayerFold
{
    int layer = 0;
    int into = 0;
    int below = -1; ///< what then lies below `into`; -1: what the disks build on
    friend bool operator==(const LayerFold &, const LayerFold &) = default;
};
/// The lowest of the present chain that is no snapshot's moment and lies below one other only.
/// Nothing while the chain is not longer than `most`. `others`: the chains of the snapshots.
std::optional<LayerFold> nextFold(
    const QList<int> &present, const QList<QList<int>> &others, qsizetype most);

/// Makes a long chain of a sandbox that is off shorter, as far as that goes; its disks hold the
/// same before, after, and whenever it is broken off. What fails leaves them as they are.
Future<> foldLayers(QObject *context, const QString &qemuImg, const QString &sandboxDirectory);

} // namespace core
