#include "vmm/machine/block_nodes.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr int firstSet = 16; // the ones below are the migrations'

QString fileNode(const QString &node)
{
    return node + u".f"_s;
}

} // namespace

QJsonObject blockNode(
    const QString &node, const QString &file, DiskFormat format, DiskSpec::Access access)
{
    const bool readOnly = access == DiskSpec::Access::ReadOnly;
    QJsonObject options{{u"node-name"_s, node},
        {u"driver"_s, toString(format)},
        {u"read-only"_s, readOnly},
        {u"auto-read-only"_s, false},
        {u"discard"_s, u"unmap"_s},
        {u"file"_s,
            QJsonObject{{u"node-name"_s, fileNode(node)},
                {u"driver"_s, u"file"_s},
                {u"filename"_s, file},
                {u"read-only"_s, readOnly},
                {u"auto-read-only"_s, false},
                {u"discard"_s, u"unmap"_s}}}};
    if (!readOnly)
        options[u"detect-zeroes"_s] = u"unmap"_s; // zeroes that are written give room back too
    return options;
}

QJsonObject reopenedNode(const QString &node, DiskSpec::Access access, const QJsonValue &below)
{
    auto options = blockNode(node, {}, DiskFormat::Qcow2, access);
    options[u"file"_s] = fileNode(node);
    options[u"backing"_s] = below;
    return options;
}

QString layerNode(const QString &disk, qsizetype index)
{
    return index == 0 ? disk + u"-base"_s : u"%1-base-%2"_s.arg(disk).arg(index + 1);
}

QString diskOf(const QString &node)
{
    return node.section(u'.', 0, 0);
}

std::optional<int> descriptorSet(const QString &node)
{
    const int number = node.section(u'.', 1).toInt();
    return number > 0 ? std::optional(firstSet + number) : std::nullopt;
}

BlockNodes::BlockNodes(const MachineSpec &spec)
{
    for (const auto &disk : spec.disks) {
        QStringList nodes{disk.name};
        for (qsizetype i = 0; i < disk.layers.size(); ++i)
            nodes << layerNode(disk.name, i);
        m_chains.insert(disk.name, nodes);
    }
}

QString BlockNodes::newName(const QString &disk)
{
    return u"%1.%2"_s.arg(disk).arg(++m_last);
}

void BlockNodes::layOver(const QString &disk, const QString &node)
{
    m_chains[disk].prepend(node);
}

void BlockNodes::replaceTwo(const QString &disk, qsizetype at, const QString &node)
{
    auto &nodes = m_chains[disk];
    nodes.remove(at, 2);
    nodes.insert(at, node);
}

Result<> BlockNodes::compare(const QJsonValue &blocks) const
{
    const auto entries = blocks.toArray();
    for (const QJsonValue entry : entries) {
        const auto top = entry["inserted"_L1];
        const auto name = top["node-name"_L1].toString();
        const auto known = of(diskOf(name));
        if (known.value(0) != name || top["backing_file_depth"_L1].toInt() != known.size() - 1)
            return std::unexpected(Error{.kind = Error::Kind::InvalidSpec,
                .detail = u"the files of the disk %1 are not the known ones"_s.arg(diskOf(name))});
    }
    return {};
}

} // namespace vmm
