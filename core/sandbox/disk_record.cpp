#include "core/sandbox/disk_record.h"

#include "core/config/write_file.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int schema = 1;
constexpr qint64 maxFileBytes = 64 << 10;
constexpr qint64 maxBytes = qint64(1) << 50;
constexpr qsizetype maxDisks = 16;

QString fileIn(const QString &sandboxDirectory)
{
    return sandboxDirectory + u"/disks.json"_s;
}

bool isPossible(const DiskRecord &record)
{
    const auto fits = [](qint64 bytes) { return bytes >= 0 && bytes <= maxBytes; };
    return fits(record.size) && fits(record.used) && fits(record.ownThen) && fits(record.usedThen);
}

} // namespace

QJsonObject toJson(const DiskRecords &records)
{
    QJsonArray disks;
    for (const DiskRecord &record : records.disks)
        disks.append(QJsonObject{{u"name"_s, record.name},
            {u"size"_s, record.size},
            {u"used"_s, record.used},
            {u"ownThen"_s, record.ownThen},
            {u"usedThen"_s, record.usedThen}});
    return {{u"schema"_s, schema}, {u"at"_s, records.atMs}, {u"disks"_s, disks}};
}

std::optional<DiskRecords> diskRecordsFromJson(const QJsonObject &json)
{
    const QJsonArray disks = json.value("disks"_L1).toArray();
    if (json.value("schema"_L1).toInt() != schema || disks.size() > maxDisks)
        return std::nullopt;
    DiskRecords records{.atMs = json.value("at"_L1).toInteger(), .disks = {}};
    for (const QJsonValue value : disks) {
        const QJsonObject disk = value.toObject();
        const DiskRecord record{.name = disk.value("name"_L1).toString(),
            .size = disk.value("size"_L1).toInteger(-1),
            .used = disk.value("used"_L1).toInteger(-1),
            .ownThen = disk.value("ownThen"_L1).toInteger(-1),
            .usedThen = disk.value("usedThen"_L1).toInteger(-1)};
        if (!isPossible(record))
            return std::nullopt;
        records.disks.append(record);
    }
    return records;
}

std::optional<DiskRecords> readDiskRecords(const QString &sandboxDirectory)
{
    QFile file(fileIn(sandboxDirectory));
    if (!file.open(QFile::ReadOnly))
        return std::nullopt;
    return diskRecordsFromJson(QJsonDocument::fromJson(file.read(maxFileBytes)).object());
}

Result<> writeDiskRecords(const QString &sandboxDirectory, const DiskRecords &records)
{
    return writeFile(fileIn(sandboxDirectory), QJsonDocument(toJson(records)).toJson());
}

qint64 reclaimable(const DiskRecord &record, qint64 own)
{
    const qint64 grown = own - record.ownThen;
    const qint64 usedMore = record.used - record.usedThen;
    return std::clamp(grown - usedMore, qint64(0), std::max(own, qint64(0)));
}

qint64 bytesOnDisk(const struct stat &facts)
{
    constexpr qint64 blockBytes = 512; // st_blocks counts these, whatever the file system's are
    return qint64(facts.st_blocks) * blockBytes;
}

qint64 bytesOnDisk(const QString &file)
{
    struct stat facts = {};
    return ::lstat(QFile::encodeName(file).constData(), &facts) == 0 ? bytesOnDisk(facts) : 0;
}

qint64 bytesBelow(const QString &directory)
{
    qint64 sum = 0;
    QDirIterator files(
        directory, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext())
        sum += bytesOnDisk(files.next());
    return sum;
}

} // namespace core
