#pragma once

#include "core/async/steps.h"

#include <QHash>
#include <QList>

#include <optional>

namespace core {

/// A layer (disk_layers.h) that can go: it becomes one with the layer above it.
struct LayerFold
{
    int layer = 0;
    int into = 0; ///< the one above
    friend bool operator==(const LayerFold &, const LayerFold &) = default;
};

struct FoldFacts
{
    enum class Top {
        MayFold, ///< nothing runs
        Stays    ///< a machine writes it
    };
    QList<int> present = {};       ///< the chain of the disks
    QList<QList<int>> others = {}; ///< and those of the snapshots
    qsizetype most = 0;            ///< a chain that is not longer stays as it is
    QHash<int, qint64> bytes = {}; ///< of each layer
    Top top = Top::MayFold;
};

/// The pair of the present chain that takes least to be made one. Its lower layer is no snapshot's
/// moment and lies below that other one only.
std::optional<LayerFold> nextFold(const FoldFacts &facts);

/// What is left of a chain that is folded: its moments have to stay, and were there no others
/// beside them, each step would copy all that earlier ones have gathered.
qsizetype longestChain(const QList<int> &present, const QList<QList<int>> &others);

/// The facts of a sandbox on the disk; nothing while a list is damaged.
std::optional<FoldFacts> readFoldFacts(const QString &sandboxDirectory);

/// Makes a long chain of a sandbox that is off shorter, as far as that goes; its disks hold the
/// same before, after, and whenever it is broken off (layer_merge.h). What fails leaves them as
/// they are.
Future<> foldLayers(QObject *context, const QString &qemuImg, const QString &sandboxDirectory);

} // namespace core
