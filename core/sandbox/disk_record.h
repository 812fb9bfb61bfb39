#pragma once

#include "core/result.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>
#include <sys/stat.h>

namespace core {

/// What a guest told of one of its disks, and how large the disk's file was when all that was free
/// in it had last been given back. Bytes.
struct DiskRecord
{
    QString name;
    qint64 size = 0; ///< of the file system
    qint64 used = 0;
    qint64 ownThen = 0; ///< on the host's disk
    qint64 usedThen = 0;
    friend bool operator==(const DiskRecord &, const DiskRecord &) = default;
};

/// disks.json of a sandbox: written by its warden, also read when the sandbox is off.
struct DiskRecords
{
    qint64 atMs = 0;
    QList<DiskRecord> disks = {};
    friend bool operator==(const DiskRecords &, const DiskRecords &) = default;
};

QJsonObject toJson(const DiskRecords &records);
/// Nothing for another schema or numbers that cannot be.
std::optional<DiskRecords> diskRecordsFromJson(const QJsonObject &json);
/// `<directory>/disks.json`.
std::optional<DiskRecords> readDiskRecords(const QString &sandboxDirectory);
Result<> writeDiskRecords(const QString &sandboxDirectory, const DiskRecords &records);

/// How much of the `own` bytes that a disk takes on the host would come back: what the file has
/// grown beyond what is used in it since all had been given back.
qint64 reclaimable(const DiskRecord &record, qint64 own);

/// The bytes a file takes on the disk; 0 when it is not there.
qint64 bytesOnDisk(const QString &file);
qint64 bytesOnDisk(const struct stat &facts);
/// The same of all files below a directory.
qint64 bytesBelow(const QString &directory);

} // namespace core
