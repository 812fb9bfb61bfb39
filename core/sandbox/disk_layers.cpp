#include "core/sandbox/disk_layers.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_record.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int schema = 1;
constexpr qint64 maxListBytes = 64 << 10;
constexpr qsizetype mostLayers = 64;

const QString mergedName = u".merged"_s;

std::optional<QList<int>> chainFrom(const QByteArray &text)
{
    const auto json = QJsonDocument::fromJson(text).object();
    const auto entries = json.value("chain"_L1).toArray();
    QList<int> chain;
    for (const auto entry : entries)
        chain << entry.toInt(-1);
    const bool fits = json.value("schema"_L1).toInt() == schema && !chain.isEmpty() &&
                      chain.size() <= mostLayers &&
                      QSet<int>(chain.begin(), chain.end()).size() == chain.size() &&
                      std::ranges::all_of(chain, [](int layer) { return layer >= 0; });
    return fits ? std::optional(chain) : std::nullopt;
}

} // namespace

QList<int> withMerged(QList<int> chain, int upper, int lower, int merged)
{
    const auto at = chain.indexOf(upper);
    if (at < 0 || chain.value(at + 1, -1) != lower)
        return chain;
    chain[at] = merged;
    chain.removeAt(at + 1);
    return chain;
}

DiskLayers::DiskLayers(QString sandboxDirectory)
    : m_directory(std::move(sandboxDirectory))
{
}

QString DiskLayers::place(const QString &name) const
{
    const auto place = m_directory + u"/layers"_s;
    return name.isEmpty() ? place : place + u'/' + name;
}

QString DiskLayers::directory(int layer) const
{
    return layer == 0 ? m_directory : place(QString::number(layer));
}

QString DiskLayers::file(int layer, const QString &disk) const
{
    return u"%1/%2.qcow2"_s.arg(directory(layer), disk);
}

Result<QList<int>> DiskLayers::chain() const
{
    QFile list(place(u"chain.json"_s));
    if (!list.exists())
        return QList<int>{0};
    if (list.open(QFile::ReadOnly))
        if (auto chain = chainFrom(list.read(maxListBytes)))
            return *std::move(chain);
    return std::unexpected(Error{Error::Kind::BadConfiguration,
        u"%1, which tells what the disks consist of, is damaged"_s.arg(list.fileName())});
}

QStringList DiskLayers::files(const QString &disk) const
{
    return files(chain().value_or(QList<int>{0}), disk);
}

QStringList DiskLayers::files(const QList<int> &chain, const QString &disk) const
{
    QStringList files;
    for (const int layer : chain)
        files << file(layer, disk);
    return files;
}

qint64 DiskLayers::bytes(const QString &disk) const
{
    qint64 sum = 0;
    const auto all = files(disk);
    for (const auto &file : all)
        sum += bytesOnDisk(file);
    return sum;
}

qint64 DiskLayers::bytes(int layer, const QStringList &disks) const
{
    qint64 sum = 0;
    for (const auto &disk : disks)
        sum += bytesOnDisk(file(layer, disk));
    return sum;
}

QList<int> DiskLayers::present() const
{
    QList<int> layers;
    const auto names = QDir(place()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const auto &name : names)
        if (const int layer = name.toInt(); layer > 0)
            layers << layer;
    std::ranges::sort(layers);
    return layers;
}

int DiskLayers::next() const
{
    const auto layers = present();
    return layers.isEmpty() ? 1 : layers.last() + 1;
}

Result<int> DiskLayers::make() const
{
    const int layer = next();
    if (!makePrivateDirectory(directory(layer)))
        return std::unexpected(Error{Error::Kind::Failed, u"cannot create "_s + directory(layer)});
    return layer;
}

Result<> DiskLayers::prepare(const QList<int> &chain) const
{
    QJsonArray layers;
    for (const int layer : chain)
        layers << layer;
    return writeFile(place(u"next.json"_s),
        QJsonDocument(QJsonObject{{u"schema"_s, schema}, {u"chain"_s, layers}}).toJson());
}

Result<> DiskLayers::commit() const
{
    return replaceForGood(place(u"next.json"_s), place(u"chain.json"_s));
}

void DiskLayers::sweep(const QSet<int> &needed) const
{
    const auto layers = present();
    for (const int layer : layers)
        if (!needed.contains(layer))
            QDir(directory(layer)).removeRecursively();
    if (needed.contains(0))
        return;
    const QDir own(m_directory);
    const auto files = own.entryList({u"*.qcow2"_s}, QDir::Files);
    for (const auto &name : files)
        QFile::remove(own.filePath(name));
}

Result<> DiskLayers::beginMerged() const
{
    dropMerged();
    if (!makePrivateDirectory(place(mergedName)))
        return std::unexpected(Error{Error::Kind::Failed, u"cannot create "_s + place(mergedName)});
    return {};
}

QString DiskLayers::merged(const QString &disk) const
{
    return u"%1/%2.qcow2"_s.arg(place(mergedName), disk);
}

Result<int> DiskLayers::adoptMerged() const
{
    const int layer = next();
    return renameForGood(place(mergedName), directory(layer)).transform([layer] { return layer; });
}

void DiskLayers::dropMerged() const
{
    QDir(place(mergedName)).removeRecursively();
}

} // namespace core
