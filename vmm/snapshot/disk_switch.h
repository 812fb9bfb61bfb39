#pragma once

#include "vmm/future.h"
#include "vmm/snapshot/new_nodes.h"

#include <QHash>
#include <QJsonArray>
#include <QList>
#include <QObject>

namespace vmm {

class Machine;

/// A new, empty qcow2 file for one disk of a running machine.
struct DiskOverlay
{
    QString disk = {}; ///< DiskSpec::name
    QString path = {};
    friend bool operator==(const DiskOverlay &, const DiskOverlay &) = default;
};

/// Lays new files over the disks of a running machine: from then on they take all that is written,
/// and the files below are not written any more. All disks change or none.
/// Source: QEMU's docs/interop/live-block-operations.rst and qapi/block-core.json.
class DiskSwitch final : public QObject
{
    Q_OBJECT

public:
    DiskSwitch(Machine &machine, QList<DiskOverlay> overlays);

    /// Opens the new files in QEMU; the machine does not notice. Fails with Io, or Refused (QEMU's
    /// words).
    Future<> prepare();
    /// Makes them the machine's disks; a matter of milliseconds. To be called once prepared, while
    /// the machine stands still.
    Future<> commit();
    /// Takes back what was prepared and not committed.
    void abandon();

private:
    Future<> plan(const Result<QJsonValue> &disks);
    Result<> planOverlay(const DiskOverlay &overlay);

    Machine &m_machine;
    QList<DiskOverlay> m_overlays;
    NewNodes m_nodes;
    QHash<QString, QString> m_tops; ///< the nodes that the disks are to write to
    QJsonArray m_actions;
};

} // namespace vmm
