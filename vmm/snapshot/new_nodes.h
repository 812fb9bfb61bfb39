#pragma once

#include "vmm/descriptor.h"
#include "vmm/future.h"
#include "vmm/machine/machine_spec.h"
#include "vmm/qmp/client.h"

#include <QJsonValue>
#include <QObject>
#include <QStringList>

#include <vector>

namespace vmm {

/// Files that a running QEMU opens beside those that its disks consist of. It may open no file of
/// the host by name, so it is handed descriptors.
class NewNodes final : public QObject
{
    Q_OBJECT

public:
    explicit NewNodes(qmp::Client &monitor)
        : m_monitor(monitor)
    {
    }

    /// Io. `node`: see BlockNodes::newName.
    Result<> plan(
        const QString &node, const QString &path, DiskSpec::Access access, const QJsonValue &below);
    /// Opens all that is planned. Refused, with QEMU's words.
    Future<> open();
    /// They are part of a disk now.
    void keep() { m_planned.clear(); }
    /// Closes those that were not kept.
    void abandon();

    /// QEMU closes nodes that nothing lies over, one after the other, and gives up their
    /// descriptors. Fails with the first that stays open.
    static Future<> close(QObject *context, qmp::Client &monitor, QStringList nodes);

private:
    struct Step
    {
        qmp::Command command;
        Descriptor along = {};
    };
    Future<> next();

    qmp::Client &m_monitor;
    std::vector<Step> m_steps;
    QStringList m_planned;
};

} // namespace vmm
