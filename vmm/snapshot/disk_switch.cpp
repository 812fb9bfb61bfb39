#include "vmm/snapshot/disk_switch.h"

#include <QFile>
#include <QJsonObject>

#include <cerrno>
#include <cstring>
#include <fcntl.h>

using namespace Qt::StringLiterals;

// The commands in use: query-block, add-fd, remove-fd, blockdev-add, blockdev-del, transaction with
// blockdev-snapshot.

namespace vmm {
namespace {

constexpr int firstSet = 16; // the ones below are the migrations'
constexpr int mostDisks = 8;

/// A disk's nodes are "root", "root.1", "root.2", …: each lies over the one before.
QString diskOf(const QString &node)
{
    return node.section(u'.', 0, 0);
}

int numberOf(const QString &node)
{
    return node.section(u'.', 1).toInt();
}

QJsonObject nodeOf(const QString &node, int set)
{
    return {{u"node-name"_s, node},
        {u"driver"_s, u"qcow2"_s},
        {u"backing"_s, QJsonValue::Null},
        {u"discard"_s, u"unmap"_s},
        {u"detect-zeroes"_s, u"unmap"_s}, // as of the disks that a machine starts with
        {u"file"_s,
            QJsonObject{{u"driver"_s, u"file"_s},
                {u"filename"_s, u"/dev/fdset/%1"_s.arg(set)},
                {u"discard"_s, u"unmap"_s}}}};
}

Descriptor openDescriptor(const QString &path, int flags)
{
    return Descriptor(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC));
}

} // namespace

DiskSwitch::DiskSwitch(qmp::Client &monitor, QList<DiskOverlay> overlays)
    : m_monitor(monitor)
    , m_overlays(std::move(overlays))
{
}

Future<> DiskSwitch::prepare()
{
    return m_monitor.execute({.name = u"query-block"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &disks) { return plan(disks); })
        .unwrap();
}

Future<> DiskSwitch::plan(const Result<QJsonValue> &disks)
{
    if (!disks)
        return failed(disks.error().kind, disks.error().detail);
    const auto entries = disks->toArray();
    for (const auto entry : entries) {
        const auto node = entry[u"inserted"_s][u"node-name"_s].toString();
        m_tops.insert(diskOf(node), node);
    }
    for (const auto &overlay : std::as_const(m_overlays))
        if (const auto planned = planOverlay(overlay); !planned)
            return failed(planned.error().kind, planned.error().detail);
    return next();
}

Result<> DiskSwitch::planOverlay(const DiskOverlay &overlay)
{
    const auto below = m_tops.value(overlay.disk);
    if (below.isEmpty())
        return std::unexpected(
            Error{.kind = Error::Kind::InvalidSpec, .detail = u"no disk "_s + overlay.disk});
    const int number = numberOf(below) + 1;
    const auto node = u"%1.%2"_s.arg(overlay.disk).arg(number);
    const int set = firstSet + number * mostDisks + int(m_actions.size());
    // Locks last as long as what was opened is open anywhere. So the set gives away the one for
    // writing, and has one for reading by the time that another file lies over this one.
    auto file = openDescriptor(overlay.path, O_RDWR);
    auto later = openDescriptor(overlay.path, O_RDONLY);
    if (!file || !later)
        return std::unexpected(Error{.kind = Error::Kind::Io,
            .detail = overlay.path + u": "_s + QString::fromLocal8Bit(strerror(errno))});
    const QJsonObject ofSet{{u"fdset-id"_s, set}};
    m_steps.push_back(
        {.command = {.name = u"add-fd"_s, .arguments = ofSet}, .along = std::move(file)});
    m_steps.push_back(
        {.command = {.name = u"blockdev-add"_s, .arguments = nodeOf(node, set)}, .along = {}});
    m_steps.push_back({.command = {.name = u"remove-fd"_s, .arguments = ofSet}, .along = {}});
    m_steps.push_back(
        {.command = {.name = u"add-fd"_s, .arguments = ofSet}, .along = std::move(later)});
    m_actions << QJsonObject{{u"type"_s, u"blockdev-snapshot"_s},
        {u"data"_s, QJsonObject{{u"node"_s, below}, {u"overlay"_s, node}}}};
    return {};
}

Future<> DiskSwitch::next()
{
    if (m_steps.empty())
        return done();
    auto step = std::move(m_steps.front());
    m_steps.erase(m_steps.begin());
    auto reply = step.along ? m_monitor.sendWithDescriptor(step.command, step.along.number())
                            : m_monitor.execute(step.command);
    return reply
        .then(this,
            [this, command = step.command](const Result<QJsonValue> &answer) -> Future<> {
                if (!answer)
                    return failed(answer.error().kind, answer.error().detail);
                if (command.name == "blockdev-add"_L1)
                    m_added << command.arguments[u"node-name"_s].toString();
                return next();
            })
        .unwrap();
}

Future<> DiskSwitch::commit()
{
    return m_monitor.execute({.name = u"transaction"_s, .arguments = {{u"actions"_s, m_actions}}})
        .then(this, [this](const Result<QJsonValue> &answer) -> Result<> {
            if (!answer)
                return std::unexpected(answer.error());
            m_added.clear();
            return {};
        });
}

void DiskSwitch::abandon()
{
    m_steps.clear();
    for (const auto &node : std::exchange(m_added, {}))
        m_monitor.execute({.name = u"blockdev-del"_s, .arguments = {{u"node-name"_s, node}}});
}

} // namespace vmm
