#include "vmm/machine/disks.h"

#include "vmm/machine/block_nodes.h"
#include "vmm/machine/machine.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

// The commands in use: query-block, block_resize; the event: BLOCK_IO_ERROR.

namespace vmm {
namespace {

Future<QJsonValue> execute(const Machine &machine, const qmp::Command &command)
{
    if (!machine.monitor() || machine.exit())
        return failed<QJsonValue>(Error::Kind::Io, u"the machine does not run"_s);
    return machine.monitor()->execute(command);
}

} // namespace

std::optional<DiskFault> diskFault(const qmp::Event &event)
{
    const auto text = [&event](QLatin1StringView key) { return event.data.value(key).toString(); };
    if (event.name != "BLOCK_IO_ERROR"_L1 || text("action"_L1) != "stop"_L1)
        return std::nullopt;
    // The node is named in the spec; the device is a path in QEMU's own tree.
    return DiskFault{.disk = diskOf(text("node-name"_L1)),
        .reason = event.data.value("nospace"_L1).toBool() ? DiskFault::Reason::NoSpace
                                                          : DiskFault::Reason::Other,
        .detail = text("reason"_L1)};
}

Future<QHash<QString, DiskNode>> diskNodes(Machine &machine)
{
    return execute(machine, {.name = u"query-block"_s, .arguments = {}})
        .then(&machine, [](const Result<QJsonValue> &answer) -> Result<QHash<QString, DiskNode>> {
            if (!answer)
                return std::unexpected(answer.error());
            QHash<QString, DiskNode> nodes;
            for (const QJsonValue entry : answer->toArray()) {
                const auto top = entry["inserted"_L1];
                const DiskNode node{.name = top["node-name"_L1].toString(),
                    .bytes = top["image"_L1]["virtual-size"_L1].toInteger()};
                nodes.insert(diskOf(node.name), node);
            }
            return nodes;
        });
}

Future<> resizeDisk(Machine &machine, const DiskNode &node, qint64 bytes)
{
    const qmp::Command command{
        .name = u"block_resize"_s, .arguments = {{u"node-name"_s, node.name}, {u"size"_s, bytes}}};
    return execute(machine, command)
        .then(&machine, [](const Result<QJsonValue> &answer) -> Result<> {
            if (!answer)
                return std::unexpected(answer.error());
            return {};
        });
}

} // namespace vmm
