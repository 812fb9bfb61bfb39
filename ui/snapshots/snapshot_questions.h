#pragma once

#include "core/client/sandbox_status.h"
#include "core/sandbox/snapshot.h"

#include <functional>

class QWidget;

namespace ui {

/// Asks before a sandbox is brought back to a snapshot, saying what becomes of its present, and
/// calls `sure`; `others` are all its snapshots.
void askToRestore(QWidget *parent,
    const core::SandboxStatus &sandbox,
    const core::SnapshotInfo &snapshot,
    const QList<core::SnapshotInfo> &others,
    const std::function<void()> &sure);

void askToRemove(
    QWidget *parent, const core::SnapshotInfo &snapshot, const std::function<void()> &sure);

} // namespace ui
