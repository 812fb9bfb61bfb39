#pragma once

#include "vmm/descriptor.h"
#include "vmm/future.h"
#include "vmm/qmp/client.h"

#include <QHash>
#include <QJsonArray>
#include <QList>
#include <QObject>

#include <vector>

namespace vmm {

/// A new, empty qcow2 file for one disk of a running machine.
struct DiskOverlay
{
    QString disk = {}; ///< DiskSpec::name
    QString path = {};
    friend bool operator==(const DiskOverlay &, const DiskOverlay &) = default;
};

/// Lays new files over the disks of a running machine: from then on they take all that is written,
/// and the files below are not written any more. All disks change or none. QEMU may open no file of
/// the host, so it is handed descriptors, which it keeps.
/// Source: QEMU's docs/interop/live-block-operations.rst and qapi/block-core.json.
class DiskSwitch final : public QObject
{
    Q_OBJECT

public:
    DiskSwitch(qmp::Client &monitor, QList<DiskOverlay> overlays);

    /// Opens the new files in QEMU; the machine does not notice. Fails with Io, or Refused (QEMU's
    /// words).
    Future<> prepare();
    /// Makes them the machine's disks; a matter of milliseconds. To be called once prepared, while
    /// the machine stands still.
    Future<> commit();
    /// Takes back what was prepared and not committed.
    void abandon();

private:
    struct Step
    {
        qmp::Command command;
        Descriptor along = {};
    };
    Future<> plan(const Result<QJsonValue> &disks);
    Result<> planOverlay(const DiskOverlay &overlay);
    Future<> next();

    qmp::Client &m_monitor;
    QList<DiskOverlay> m_overlays;
    QHash<QString, QString> m_tops; ///< the node that each disk writes to
    std::vector<Step> m_steps;
    QStringList m_added; ///< nodes
    QJsonArray m_actions;
};

} // namespace vmm
