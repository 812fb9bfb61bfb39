#pragma once

#include "core/async/steps.h"

#include <QList>

namespace core {

/// Makes an empty layer (disk_layers.h) over these, on the disk, and gives its number. It is
/// nobody's until a list names it. NotEnoughDisk; Failed.
Future<int> makeLayer(QObject *context,
    const QString &qemuImg,
    const QString &sandboxDirectory,
    const QList<int> &below);

} // namespace core
