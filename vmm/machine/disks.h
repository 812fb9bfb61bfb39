#pragma once

#include "vmm/future.h"
#include "vmm/qmp/message.h"

#include <QHash>

#include <optional>

namespace vmm {

class Machine;

/// A request to a disk that the host could not serve. The machine stands still, and tries it again
/// when it goes on.
struct DiskFault
{
    enum class Reason { NoSpace, Other };

    QString disk = {}; ///< name in the spec
    Reason reason = Reason::Other;
    QString detail = {}; ///< QEMU's own words
    friend bool operator==(const DiskFault &, const DiskFault &) = default;
};

/// The fault that an event tells of, if it made the machine stand still.
std::optional<DiskFault> diskFault(const qmp::Event &event);

/// The uppermost layer of a disk.
struct DiskNode
{
    QString name = {}; ///< of the node
    qint64 bytes = 0;  ///< virtual
    friend bool operator==(const DiskNode &, const DiskNode &) = default;
};
/// Those of a running machine, by the names of the disks.
Future<QHash<QString, DiskNode>> diskNodes(Machine &machine);
/// Gives a disk of a running machine another size; the guest hears of it. Refused with QEMU's own
/// words. The caller never makes one smaller.
Future<> resizeDisk(Machine &machine, const DiskNode &node, qint64 bytes);

} // namespace vmm
