#include "vmm/snapshot/new_nodes.h"

#include "vmm/machine/block_nodes.h"

#include <QFile>
#include <QJsonObject>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The commands in use: add-fd, remove-fd, blockdev-add, blockdev-del.

namespace vmm {
namespace {

constexpr auto closeLimit = 60s; // of a disk of the host that is slow

qmp::Command closing(const QString &node)
{
    return {.name = u"blockdev-del"_s, .arguments = {{u"node-name"_s, node}}};
}

qmp::Command givingUp(const QString &node)
{
    return {
        .name = u"remove-fd"_s, .arguments = {{u"fdset-id"_s, descriptorSet(node).value_or(0)}}};
}

} // namespace

Result<> NewNodes::plan(
    const QString &node, const QString &path, DiskSpec::Access access, const QJsonValue &below)
{
    const int set = descriptorSet(node).value_or(0);
    const int flags = access == DiskSpec::Access::ReadOnly ? O_RDONLY : O_RDWR;
    Descriptor file(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC));
    if (!file)
        return std::unexpected(Error{.kind = Error::Kind::Io,
            .detail = path + u": "_s + QString::fromLocal8Bit(strerror(errno))});
    auto options = blockNode(node, u"/dev/fdset/%1"_s.arg(set), DiskFormat::Qcow2, access);
    options[u"backing"_s] = below;
    m_planned << node;
    m_steps.push_back({.command = {.name = u"add-fd"_s, .arguments = {{u"fdset-id"_s, set}}},
        .along = std::move(file)});
    m_steps.push_back(
        {.command = {.name = u"blockdev-add"_s, .arguments = std::move(options)}, .along = {}});
    return {};
}

Future<> NewNodes::open()
{
    return next();
}

Future<> NewNodes::next()
{
    if (m_steps.empty())
        return done();
    auto step = std::move(m_steps.front());
    m_steps.erase(m_steps.begin());
    auto reply = step.along ? m_monitor.sendWithDescriptor(step.command, step.along.number())
                            : m_monitor.execute(step.command);
    return reply
        .then(this,
            [this](const Result<QJsonValue> &answer) -> Future<> {
                if (!answer)
                    return failed(answer.error().kind, answer.error().detail);
                return next();
            })
        .unwrap();
}

/// Without waiting, as whoever wanted them may be gone at once.
void NewNodes::abandon()
{
    m_steps.clear();
    for (const auto &node : std::exchange(m_planned, {})) {
        m_monitor.execute(closing(node));
        m_monitor.execute(givingUp(node));
    }
}

Future<> NewNodes::close(QObject *context, qmp::Client &monitor, QStringList nodes)
{
    if (nodes.isEmpty())
        return done();
    const auto node = nodes.takeFirst();
    return monitor.execute(closing(node), closeLimit)
        .then(context,
            [context, &monitor, nodes, node](const Result<QJsonValue> &closed) -> Future<> {
                if (!closed)
                    return failed(closed.error().kind, closed.error().detail);
                if (descriptorSet(node))
                    monitor.execute(givingUp(node));
                return close(context, monitor, nodes);
            })
        .unwrap();
}

} // namespace vmm
