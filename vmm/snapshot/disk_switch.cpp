#include "vmm/snapshot/disk_switch.h"

#include "vmm/machine/machine.h"

#include <QJsonObject>

using namespace Qt::StringLiterals;

// The commands in use: query-block, transaction with blockdev-snapshot.

namespace vmm {

DiskSwitch::DiskSwitch(Machine &machine, QList<DiskOverlay> overlays)
    : m_machine(machine)
    , m_overlays(std::move(overlays))
    , m_nodes(*machine.monitor())
{
}

Future<> DiskSwitch::prepare()
{
    return m_machine.monitor()
        ->execute({.name = u"query-block"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &disks) { return plan(disks); })
        .unwrap();
}

Future<> DiskSwitch::plan(const Result<QJsonValue> &disks)
{
    if (!disks)
        return failed(disks.error().kind, disks.error().detail);
    auto planned = m_machine.nodes().compare(*disks);
    for (const auto &overlay : std::as_const(m_overlays))
        if (planned)
            planned = planOverlay(overlay);
    return planned ? m_nodes.open() : failed(planned.error().kind, planned.error().detail);
}

Result<> DiskSwitch::planOverlay(const DiskOverlay &overlay)
{
    const auto below = m_machine.nodes().of(overlay.disk);
    if (below.isEmpty())
        return std::unexpected(
            Error{.kind = Error::Kind::InvalidSpec, .detail = u"no disk "_s + overlay.disk});
    const auto node = m_machine.nodes().newName(overlay.disk);
    m_tops.insert(overlay.disk, node);
    m_actions << QJsonObject{{u"type"_s, u"blockdev-snapshot"_s},
        {u"data"_s, QJsonObject{{u"node"_s, below.first()}, {u"overlay"_s, node}}}};
    return m_nodes.plan(node, overlay.path, DiskSpec::Access::ReadWrite, QJsonValue::Null);
}

Future<> DiskSwitch::commit()
{
    return m_machine.monitor()
        ->execute({.name = u"transaction"_s, .arguments = {{u"actions"_s, m_actions}}})
        .then(this, [this](const Result<QJsonValue> &answer) -> Result<> {
            if (!answer)
                return std::unexpected(answer.error());
            for (const auto &[disk, node] : std::as_const(m_tops).asKeyValueRange())
                m_machine.nodes().layOver(disk, node);
            m_nodes.keep();
            return {};
        });
}

void DiskSwitch::abandon()
{
    m_nodes.abandon();
}

} // namespace vmm
