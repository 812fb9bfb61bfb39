#pragma once

#include "vmm/machine/machine_spec.h"
#include "vmm/result.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QStringList>

#include <optional>

namespace vmm {

/// A file of a disk as QEMU is to open it. The node below is to be added (`backing`); the name in
/// the header is not followed. Whether the file may be written stays as it is opened, whatever
/// comes to lie over it.
QJsonObject blockNode(
    const QString &node, const QString &file, DiskFormat format, DiskSpec::Access access);
/// The same for `blockdev-reopen`, which gives a node another one below.
QJsonObject reopenedNode(const QString &node, DiskSpec::Access access, const QJsonValue &below);
/// "root-base", "root-base-2": the read-only layers that a machine starts with, nearest first.
QString layerNode(const QString &disk, qsizetype index);
/// The disk that a node belongs to.
QString diskOf(const QString &node);
/// The number under which QEMU got the descriptor of a node's file; none for one that it opened by
/// name.
std::optional<int> descriptorSet(const QString &node);

/// The nodes of a machine's disks, each over the next; the first is the one that is written.
class BlockNodes
{
public:
    explicit BlockNodes(const MachineSpec &spec);

    [[nodiscard]] QStringList of(const QString &disk) const { return m_chains.value(disk); }
    /// A name that QEMU has not heard yet: "root.7".
    [[nodiscard]] QString newName(const QString &disk);
    void layOver(const QString &disk, const QString &node);
    /// One in the place of two, of which the upper one is the `at`-th.
    void replaceTwo(const QString &disk, qsizetype at, const QString &node);
    /// Whether `query-block` tells the same.
    [[nodiscard]] Result<> compare(const QJsonValue &blocks) const;

private:
    QHash<QString, QStringList> m_chains;
    int m_last = 0;
};

} // namespace vmm
