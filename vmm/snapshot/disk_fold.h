#pragma once

#include "vmm/future.h"
#include "vmm/snapshot/new_nodes.h"

#include <QHash>
#include <QList>
#include <QObject>

namespace vmm {

class Machine;

/// Two files of a disk of a running machine, one over the other, and a new one that holds what both
/// hold together.
struct DiskMerge
{
    QString disk = {};
    qsizetype at = 1; ///< which the upper one is; 0 is the one that is written, and cannot be it
    QString path = {};
    friend bool operator==(const DiskMerge &, const DiskMerge &) = default;
};

/// Puts one file in the place of two below a running machine, which reads the same all the while.
/// All disks change or none. QEMU gives the two files up, so that they can be removed.
class DiskFold final : public QObject
{
    Q_OBJECT

public:
    DiskFold(Machine &machine, QList<DiskMerge> merges);

    /// Fails with Io, or Refused (QEMU's words), and nothing has changed; with TimedOut when that
    /// cannot be told: then all three files have to stay as long as the machine runs.
    Future<> run();
    /// Files that QEMU still holds open after it is done, with the reason; empty as a rule.
    [[nodiscard]] QString remains() const { return m_remains; }

private:
    Future<> plan(const Result<QJsonValue> &disks);
    Result<> planMerge(const DiskMerge &merge);
    Future<> change();
    Future<> give();

    Machine &m_machine;
    QList<DiskMerge> m_merges;
    NewNodes m_nodes;
    QHash<QString, QString> m_names; ///< of the new nodes
    QString m_remains;
};

} // namespace vmm
