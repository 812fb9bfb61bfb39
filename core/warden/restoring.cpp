#include "core/warden/restoring.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/suspend_image.h"

#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 maxBytes = 1 << 20;

QJsonObject readObject(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? QJsonDocument::fromJson(file.read(maxBytes)).object()
                                      : QJsonObject();
}

QString markIn(const QString &directory)
{
    return directory + u"/sync/restored"_s;
}

} // namespace

Restoring::Restoring(QString sandboxDirectory)
    : m_directory(std::move(sandboxDirectory))
{
}

QString Restoring::record() const
{
    return m_directory + u"/restoring.json"_s;
}

Result<> Restoring::begin(const QString &snapshot, int layer) const
{
    const QJsonObject wish{{u"snapshot"_s, snapshot}, {u"layer"_s, layer}};
    if (auto written = writeFile(record(), QJsonDocument(wish).toJson()); !written)
        return written;
    return syncToDisk(m_directory);
}

bool Restoring::isBegun() const
{
    return QFile::exists(record());
}

Result<> Restoring::finish() const
{
    if (!isBegun())
        return {};
    const auto wish = readObject(record());
    const auto snapshot = SnapshotStore(m_directory).open(wish.value("snapshot"_L1).toString());
    const int layer = wish.value("layer"_L1).toInt(-1);
    Result<> applied;
    if (!snapshot)
        applied = std::unexpected(snapshot.error());
    else if (!QFile::exists(DiskLayers(m_directory).file(layer, u"root"_s)))
        applied =
            std::unexpected(Error{Error::Kind::Failed, u"the new layer of the disks is missing"_s});
    else if (applied = apply(*snapshot, layer); !applied)
        return applied;
    QFile::remove(record());
    return applied;
}

Result<> Restoring::apply(const Snapshot &snapshot, int layer) const
{
    const SnapshotStore store(m_directory);
    const DiskLayers layers(m_directory);
    if (auto settings = bringBackSettings(snapshot); !settings)
        return settings;
    SuspendImage(m_directory).discard(); // it does not fit the disks any more
    makePrivateDirectory(m_directory + u"/sync"_s);
    if (auto marked = writeFile(markIn(m_directory), {}); !marked)
        return marked;
    if (auto prepared = layers.prepare(QList<int>{layer} + snapshot.layers); !prepared)
        return prepared;
    if (auto committed = layers.commit(); !committed)
        return committed;
    const auto state = store.state(snapshot.name);
    const auto linked = QFile::exists(state)
                            ? SuspendImage(m_directory)
                                  .link(state, snapshot.machine, store.terminals(snapshot.name))
                            : Result<>();
    if (!linked) // its disks boot
        qWarning("its memory does not come back: %s", qPrintable(linked.error().detail));
    return {};
}

Result<> Restoring::bringBackSettings(const Snapshot &snapshot) const
{
    const auto file = m_directory + u"/sandbox.json"_s;
    const auto now = settingsFromJson(readObject(file));
    if (!now)
        return std::unexpected(now.error());
    const auto agentFiles = m_directory + u"/agent-files"_s;
    QFile known(SnapshotStore(m_directory).directory(snapshot.name) + u"/agent-files"_s);
    QFile::remove(agentFiles);
    QFile::remove(m_directory + u"/log/last-exit.json"_s);
    if (known.open(QFile::ReadOnly))
        if (auto written = writeFile(agentFiles, known.read(maxBytes)); !written)
            return written;
    return writeFile(file, QJsonDocument(toJson(settingsOfThen(*now, snapshot.settings))).toJson());
}

bool Restoring::isUnsettled(const QString &sandboxDirectory)
{
    return QFile::exists(markIn(sandboxDirectory));
}

void Restoring::settle(const QString &sandboxDirectory)
{
    QFile::remove(markIn(sandboxDirectory));
}

} // namespace core
