#include "vmm/snapshot/disk_fold.h"

#include "vmm/machine/machine.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The commands in use: query-block, blockdev-reopen.

namespace vmm {
namespace {

constexpr auto changeLimit = 2min; // requests under way end first, and the host's disk may be slow

} // namespace

DiskFold::DiskFold(Machine &machine, QList<DiskMerge> merges)
    : m_machine(machine)
    , m_merges(std::move(merges))
    , m_nodes(*machine.monitor())
{
}

Future<> DiskFold::run()
{
    return m_machine.monitor()
        ->execute({.name = u"query-block"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &disks) { return plan(disks); })
        .unwrap()
        .then(this,
            [this](const Result<> &done) -> Future<> {
                if (done)
                    return change();
                m_nodes.abandon();
                return failed(done.error().kind, done.error().detail);
            })
        .unwrap();
}

Future<> DiskFold::plan(const Result<QJsonValue> &disks)
{
    if (!disks)
        return failed(disks.error().kind, disks.error().detail);
    auto planned = m_machine.nodes().compare(*disks);
    for (const auto &merge : std::as_const(m_merges))
        if (planned)
            planned = planMerge(merge);
    return planned ? m_nodes.open() : failed(planned.error().kind, planned.error().detail);
}

Result<> DiskFold::planMerge(const DiskMerge &merge)
{
    const auto nodes = m_machine.nodes().of(merge.disk);
    if (merge.at < 1 || merge.at + 1 >= nodes.size())
        return std::unexpected(Error{.kind = Error::Kind::InvalidSpec,
            .detail = u"the disk %1 has no such two files"_s.arg(merge.disk)});
    const auto node = m_machine.nodes().newName(merge.disk);
    m_names.insert(merge.disk, node);
    const auto below = nodes.value(merge.at + 2);
    return m_nodes.plan(node,
        merge.path,
        DiskSpec::Access::ReadOnly,
        below.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(below));
}

/// The node above gets the new one below it.
Future<> DiskFold::change()
{
    QJsonArray options;
    for (const auto &merge : std::as_const(m_merges)) {
        const auto above = m_machine.nodes().of(merge.disk).value(merge.at - 1);
        const auto access =
            merge.at == 1 ? DiskSpec::Access::ReadWrite : DiskSpec::Access::ReadOnly;
        options << reopenedNode(above, access, m_names.value(merge.disk));
    }
    return m_machine.monitor()
        ->execute(
            {.name = u"blockdev-reopen"_s, .arguments = {{u"options"_s, options}}}, changeLimit)
        .then(this,
            [this](const Result<QJsonValue> &answer) -> Future<> {
                if (answer)
                    return give();
                if (answer.error().kind != Error::Kind::TimedOut)
                    m_nodes.abandon();
                return failed(answer.error().kind, answer.error().detail);
            })
        .unwrap();
}

Future<> DiskFold::give()
{
    QStringList left;
    for (const auto &merge : std::as_const(m_merges)) {
        left << m_machine.nodes().of(merge.disk).sliced(merge.at, 2);
        m_machine.nodes().replaceTwo(merge.disk, merge.at, m_names.value(merge.disk));
    }
    m_nodes.keep();
    return NewNodes::close(this, *m_machine.monitor(), left)
        .then(this, [this](const Result<> &closed) -> Result<> {
            if (!closed)
                m_remains = closed.error().detail;
            return {};
        });
}

} // namespace vmm
