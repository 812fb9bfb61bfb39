#pragma once

#include "core/async/steps.h"
#include "core/warden/layer_fold.h"

#include <QStringList>

namespace core {

/// Two layers (disk_layers.h) become one that holds the same. What there is, is only read: it may
/// be open in a machine, part of snapshots, or linked to by another sandbox. The lists change one
/// by one, since what they tell is the same before and after:
///
/// | broken off …                    | on the disk                      | the next start       |
/// |---------------------------------|----------------------------------|----------------------|
/// | while it is made, or when a     | `layers/.merged`, the old lists  | removes it           |
/// | machine reads it already        |                                  |                      |
/// | when it has its number          | a layer that nobody names        | removes it           |
/// | between the lists               | some name it, some name the two; | keeps all three till |
/// |                                 | they tell the same               | nobody names them    |
/// | after the lists                 | two layers that nobody names     | removes them         |
///
/// It is on the disk before it gets its number, and each list before the next.
struct MergeSetup
{
    QStringList program; ///< qemu-img, and what is to run it
    QString sandboxDirectory;
    int patienceMs = 10 * 60'000; ///< for each disk
};

/// Makes the new layer, under no number yet. Nothing of it counts when it fails, or when `context`
/// is deleted: then it ends at once.
Future<> mergeLayers(QObject *context, const MergeSetup &setup, const LayerFold &fold);

/// Gives it its number and puts it in the place of the two in all lists.
Result<> adoptMerged(const QString &sandboxDirectory, const LayerFold &fold);

} // namespace core
