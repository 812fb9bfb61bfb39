#include "app/cli/disk_table.h"

#include "app/cli/console.h"
#include "app/cli/sizes.h"
#include "app/cli/table.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QJsonValue known(const std::optional<qint64> &bytes)
{
    return bytes ? QJsonValue(*bytes) : QJsonValue();
}

QString shown(const std::optional<qint64> &bytes)
{
    return bytes ? sizeText(*bytes) : u"-"_s;
}

QJsonObject toJson(const core::SandboxUse &use)
{
    QJsonArray disks;
    for (const core::DiskUse &disk : use.disks)
        disks.append(QJsonObject{{u"name"_s, disk.name},
            {u"size"_s, known(disk.size)},
            {u"used"_s, known(disk.used)},
            {u"own"_s, disk.own},
            {u"shared"_s, disk.shared},
            {u"reclaimable"_s, known(disk.reclaimable)}});
    return {{u"id"_s, use.id.value},
        {u"name"_s, use.name},
        {u"disks"_s, disks},
        {u"rest"_s, use.rest},
        {u"total"_s, core::total(use)},
        {u"at"_s, use.atMs}};
}

QJsonArray toJson(const QList<core::SharedUse> &list)
{
    QJsonArray array;
    for (const core::SharedUse &entry : list)
        array.append(QJsonObject{{u"name"_s, entry.name},
            {u"bytes"_s, entry.bytes},
            {u"sandboxes"_s, QJsonArray::fromStringList(entry.sandboxes)}});
    return array;
}

void addRows(QList<QStringList> &rows, const core::SandboxUse &use)
{
    for (const core::DiskUse &disk : use.disks)
        rows.append({use.name,
            disk.name,
            shown(disk.size),
            shown(disk.used),
            sizeText(disk.own),
            sizeText(disk.shared),
            shown(disk.reclaimable)});
    rows.append({use.name, u"other"_s, {}, {}, sizeText(use.rest), {}, {}});
}

void printShared(const QString &title, const QList<core::SharedUse> &list)
{
    if (list.isEmpty())
        return;
    QList<QStringList> rows;
    for (const core::SharedUse &entry : list)
        rows.append({entry.name, sizeText(entry.bytes), entry.sandboxes.join(u", "_s)});
    print({});
    printTable({title, u"ON DISK"_s, u"SANDBOXES"_s}, rows);
}

} // namespace

QJsonObject toJson(const core::DiskReport &report)
{
    QJsonArray sandboxes;
    for (const core::SandboxUse &use : report.sandboxes)
        sandboxes.append(toJson(use));
    return {{u"sandboxes"_s, sandboxes},
        {u"images"_s, toJson(report.images)},
        {u"templates"_s, toJson(report.templates)},
        {u"linked"_s, report.linked},
        {u"imageBlobs"_s, report.imageBlobs},
        {u"total"_s, core::total(report)},
        {u"free"_s, report.free}};
}

void printReport(const core::DiskReport &report)
{
    QList<QStringList> rows;
    for (const core::SandboxUse &use : report.sandboxes)
        addRows(rows, use);
    printTable({u"SANDBOX"_s,
                   u"DISK"_s,
                   u"SIZE"_s,
                   u"USED"_s,
                   u"ON DISK"_s,
                   u"SHARED"_s,
                   u"RECLAIMABLE"_s},
        rows);
    printShared(u"IMAGE"_s, report.images);
    printShared(u"TEMPLATE"_s, report.templates);
    print({});
    if (report.linked > 0)
        print(u"disks that several sandboxes share: %1"_s.arg(sizeText(report.linked)));
    if (report.imageBlobs > 0)
        print(u"container images kept for all sandboxes: %1"_s.arg(sizeText(report.imageBlobs)));
    print(u"total %1, free %2"_s.arg(sizeText(core::total(report)), sizeText(report.free)));
}

} // namespace cli
