#include "core/warden/snapshot_store.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/sandbox/disk_record.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int schema = 1;
constexpr qint64 maxRecordBytes = 4 << 20; // the names of a large repository's refs
constexpr qint64 maxTerminalsBytes = 512 << 20;
constexpr qsizetype mostLayers = 64;

const QString unfinishedPrefix = u".new-"_s;
const QString gonePrefix = u".gone-"_s;

QJsonObject readObject(const QString &path, qint64 limit)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly) || file.size() > limit)
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

QJsonObject toJson(const Snapshot &snapshot)
{
    QJsonArray layers;
    for (const int layer : snapshot.layers)
        layers << layer;
    return {{u"schema"_s, schema},
        {u"at"_s, snapshot.atMs},
        {u"automatic"_s, toString(snapshot.reason)},
        {u"pauseMs"_s, snapshot.pauseMs},
        {u"stateBytes"_s, snapshot.stateBytes},
        {u"layers"_s, layers},
        {u"machine"_s, snapshot.machine},
        {u"epoch"_s, snapshot.epoch},
        {u"repository"_s, snapshot.repository},
        {u"settings"_s, toJson(snapshot.settings)}};
}

Result<Snapshot> snapshotFrom(const QString &name, const QJsonObject &json)
{
    const auto settings = settingsFromJson(json.value("settings"_L1).toObject());
    const auto entries = json.value("layers"_L1).toArray();
    Snapshot snapshot{.name = name,
        .atMs = json.value("at"_L1).toInteger(),
        .reason = snapshotFromJson(json).reason,
        .pauseMs = json.value("pauseMs"_L1).toInt(),
        .stateBytes = json.value("stateBytes"_L1).toInteger(),
        .layers = {},
        .machine = json.value("machine"_L1).toObject(),
        .epoch = json.value("epoch"_L1).toString(),
        .repository = json.value("repository"_L1).toObject(),
        .settings = settings.value_or(SandboxSettings())};
    for (const auto entry : entries)
        snapshot.layers << entry.toInt(-1);
    const bool fits = json.value("schema"_L1).toInt() == schema && settings &&
                      !snapshot.layers.isEmpty() && snapshot.layers.size() <= mostLayers &&
                      std::ranges::min(snapshot.layers) >= 0;
    if (!fits)
        return std::unexpected(
            Error{Error::Kind::Failed, u"the snapshot \"%1\" is damaged"_s.arg(name)});
    return snapshot;
}

} // namespace

SnapshotStore::SnapshotStore(QString sandboxDirectory)
    : m_directory(std::move(sandboxDirectory))
{
}

QString SnapshotStore::place(const QString &name) const
{
    const auto place = m_directory + u"/snapshots"_s;
    return name.isEmpty() ? place : place + u'/' + name;
}

QString SnapshotStore::unfinished(const QString &name) const
{
    return place(unfinishedPrefix + name);
}

QString SnapshotStore::state(const QString &name) const
{
    return place(name) + u"/state"_s;
}

QJsonObject SnapshotStore::terminals(const QString &name) const
{
    return readObject(place(name) + u"/terminals.json"_s, maxTerminalsBytes);
}

QStringList SnapshotStore::names() const
{
    auto names = QDir(place()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    names.removeIf([](const QString &name) { return !isSnapshotName(name); });
    return names;
}

Result<Snapshot> SnapshotStore::open(const QString &name) const
{
    if (!isSnapshotName(name) || !QFileInfo(place(name)).isDir())
        return std::unexpected(
            Error{Error::Kind::Usage, u"there is no snapshot \"%1\""_s.arg(name)});
    const auto read = [this, &name] {
        return snapshotFrom(name, readObject(place(name) + u"/snapshot.json"_s, maxRecordBytes));
    };
    auto snapshot = read();
    if (snapshot && !isThere(snapshot->layers))
        snapshot = read(); // its layers may have been folded just now
    if (snapshot && !isThere(snapshot->layers))
        return std::unexpected(Error{Error::Kind::Failed,
            u"the snapshot \"%1\" is damaged: a part of its disks is missing"_s.arg(name)});
    return snapshot;
}

bool SnapshotStore::isThere(const QList<int> &chain) const
{
    const auto files = DiskLayers(m_directory).files(chain, u"root"_s);
    return std::ranges::all_of(files, [](const QString &file) { return QFile::exists(file); });
}

std::optional<QList<QList<int>>> SnapshotStore::chains() const
{
    QList<QList<int>> chains;
    for (const auto &name : names()) {
        const auto snapshot = open(name);
        if (!snapshot)
            return std::nullopt;
        chains << snapshot->layers;
    }
    return chains;
}

Result<> SnapshotStore::replaceLayers(int upper, int lower, int merged) const
{
    for (const auto &name : names()) {
        auto snapshot = open(name);
        if (!snapshot)
            continue;
        const auto layers = withMerged(snapshot->layers, upper, lower, merged);
        if (layers == std::exchange(snapshot->layers, layers))
            continue;
        const auto file = place(name) + u"/snapshot.json"_s;
        auto written = writeFile(file, QJsonDocument(toJson(*snapshot)).toJson());
        if (written)
            written = syncToDisk(place(name));
        if (!written)
            return written;
    }
    return {};
}

SnapshotInfo SnapshotStore::describe(
    const QString &name, const Result<Snapshot> &snapshot, const LayerUses &uses) const
{
    SnapshotInfo info{.name = name, .bytes = bytesBelow(place(name)), .damaged = !snapshot};
    if (!snapshot) {
        info.atMs = QFileInfo(place(name)).lastModified().toMSecsSinceEpoch();
        return info;
    }
    info.atMs = snapshot->atMs;
    info.reason = snapshot->reason;
    info.pauseMs = snapshot->pauseMs;
    info.branch = snapshot->repository.value("branch"_L1).toString();
    info.commit = snapshot->repository.value("commit"_L1).toString();
    info.fits = snapshot->stateBytes > 0 && QFileInfo(state(name)).size() == snapshot->stateBytes;
    const DiskLayers layers(m_directory);
    for (const int layer : snapshot->layers)
        if (layer != 0 && uses.value(layer) == 1)
            info.bytes += bytesBelow(layers.directory(layer));
    return info;
}

QList<SnapshotInfo> SnapshotStore::list() const
{
    LayerUses uses;
    const auto count = [&uses](const QList<int> &chain) {
        for (const int layer : chain)
            ++uses[layer];
    };
    count(DiskLayers(m_directory).chain().value_or(QList<int>{0}));
    QMap<QString, Result<Snapshot>> snapshots;
    for (const auto &name : names())
        if (const auto &read = *snapshots.insert(name, open(name)); read)
            count(read->layers);
    QList<SnapshotInfo> infos;
    for (const auto &[name, snapshot] : snapshots.asKeyValueRange())
        infos << describe(name, snapshot, uses);
    std::ranges::sort(infos, {}, &SnapshotInfo::atMs);
    return infos;
}

std::optional<SnapshotInfo> SnapshotStore::find(const QString &name) const
{
    const auto infos = list();
    const auto found = std::ranges::find(infos, name, &SnapshotInfo::name);
    return found == infos.end() ? std::nullopt : std::optional(*found);
}

Result<QString> SnapshotStore::begin(const QString &name) const
{
    giveUp(name);
    if (!makePrivateDirectory(unfinished(name)))
        return std::unexpected(Error{Error::Kind::Failed, u"cannot create "_s + unfinished(name)});
    return unfinished(name) + u"/state"_s;
}

Result<> SnapshotStore::keep(Snapshot snapshot, const QJsonObject &terminals) const
{
    const auto made = unfinished(snapshot.name);
    snapshot.stateBytes = QFileInfo(made + u"/state"_s).size();
    const auto agentFiles = m_directory + u"/agent-files"_s;
    if (QFile::exists(agentFiles))
        QFile::copy(agentFiles, made + u"/agent-files"_s);
    const bool hasState = QFile::exists(made + u"/state"_s);
    auto kept = hasState ? syncToDisk(made + u"/state"_s) : Result<>();
    if (kept)
        kept = writeFile(
            made + u"/terminals.json"_s, QJsonDocument(terminals).toJson(QJsonDocument::Compact));
    if (kept)
        kept = writeFile(made + u"/snapshot.json"_s, QJsonDocument(toJson(snapshot)).toJson());
    if (!kept)
        return kept;
    const auto former = place(gonePrefix + snapshot.name);
    if (QFileInfo(place(snapshot.name)).isDir())
        QDir().rename(place(snapshot.name), former);
    kept = renameForGood(made, place(snapshot.name));
    QDir(former).removeRecursively();
    return kept;
}

void SnapshotStore::giveUp(const QString &name) const
{
    QDir(unfinished(name)).removeRecursively();
}

Result<> SnapshotStore::remove(const QString &name) const
{
    if (!isSnapshotName(name) || !QFileInfo(place(name)).isDir())
        return std::unexpected(
            Error{Error::Kind::Usage, u"there is no snapshot \"%1\""_s.arg(name)});
    const auto gone = place(gonePrefix + name);
    QDir(gone).removeRecursively();
    if (auto renamed = renameForGood(place(name), gone); !renamed)
        return renamed;
    QDir(gone).removeRecursively();
    sweep();
    return {};
}

std::optional<QSet<int>> SnapshotStore::neededLayers() const
{
    const auto all = chains();
    const auto present = DiskLayers(m_directory).chain();
    if (!all || !present)
        return std::nullopt;
    QSet<int> needed;
    for (const auto &chain : *all + QList<QList<int>>{*present})
        needed.unite({chain.begin(), chain.end()});
    return needed;
}

void SnapshotStore::sweep() const
{
    if (const auto needed = neededLayers())
        DiskLayers(m_directory).sweep(*needed);
}

void SnapshotStore::sweepAll() const
{
    const QDir directory(place());
    const auto left = directory.entryList({unfinishedPrefix + u'*', gonePrefix + u'*'},
        QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot);
    for (const auto &name : left)
        QDir(directory.filePath(name)).removeRecursively();
    DiskLayers(m_directory).dropMerged();
    sweep();
}

} // namespace core
