#include "core/client/disk_report.h"

#include "core/client/sandbox_folder.h"
#include "core/sandbox/disk_layers.h"
#include "core/sandbox/disk_record.h"
#include "core/sandbox/file_census.h"
#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "vmm/image/image_store.h"
#include "vmm/template/template_store.h"

#include <QDir>
#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {
namespace {

/// Where what lies below disks is found.
class Layers
{
public:
    Layers(const Paths &paths, const QString &imageDirectory)
        : m_templates(paths.templates())
    {
        const auto listing = vmm::ImageStore(paths.images()).list();
        for (const auto &image : listing.images)
            m_images.insert(image.digest, image);
        if (const auto given = vmm::openImage(imageDirectory); given)
            m_images.insert(given->digest, *given);
    }
    [[nodiscard]] qint64 below(const SandboxSettings &settings, const QString &disk) const
    {
        qint64 sum = 0;
        if (!settings.machineTemplate.isEmpty())
            sum +=
                bytesOnDisk(u"%1/%2/%3.qcow2"_s.arg(m_templates, settings.machineTemplate, disk));
        if (disk == "root"_L1 && m_images.contains(settings.image))
            sum += bytesOnDisk(m_images[settings.image].root());
        return sum;
    }
    [[nodiscard]] const QHash<QString, vmm::BaseImage> &images() const { return m_images; }

private:
    QString m_templates;
    QHash<QString, vmm::BaseImage> m_images;
};

SandboxUse useOf(const QString &directory,
    const FileCensus &census,
    const SandboxSettings &settings,
    const Layers &layers)
{
    const auto records = readDiskRecords(directory).value_or(DiskRecords());
    SandboxUse use{.id = settings.id, .name = settings.name, .disks = {}, .atMs = records.atMs};
    use.rest = census.own();
    for (const auto &name : diskNames()) {
        const auto files = DiskLayers(directory).files(name);
        DiskUse disk{.name = name,
            .own = census.own(files),
            .shared = census.linked(files) + layers.below(settings, name)};
        const auto record = std::ranges::find(records.disks, name, &DiskRecord::name);
        if (record != records.disks.end()) {
            disk.size = record->size;
            disk.used = record->used;
            disk.reclaimable = reclaimable(*record, disk.own);
        }
        use.rest -= disk.own;
        use.disks.append(disk);
    }
    return use;
}

} // namespace

qint64 total(const SandboxUse &sandbox)
{
    qint64 sum = sandbox.rest;
    for (const auto &disk : sandbox.disks)
        sum += disk.own;
    return sum;
}

qint64 total(const DiskReport &report)
{
    qint64 sum = 0;
    for (const auto &sandbox : report.sandboxes)
        sum += total(sandbox);
    for (const auto &image : report.images)
        sum += image.bytes;
    for (const auto &entry : report.templates)
        sum += entry.bytes;
    return sum + report.linked + report.imageBlobs;
}

DiskReport diskReport(const Paths &paths, const QString &imageDirectory)
{
    const Layers layers(paths, imageDirectory);
    DiskReport report{.sandboxes = {},
        .images = {},
        .templates = {},
        .linked = 0,
        .imageBlobs = bytesBelow(paths.imageBlobs()),
        .free = freeBytes(paths.sandboxes())};
    QHash<FileCensus::Identity, qint64> linked;
    QHash<QString, QStringList> imageUsers;
    QHash<QString, QStringList> templateUsers;
    for (const auto &id : sandboxIds(paths)) {
        const auto settings = statusOnDisk(paths, id).settings;
        const auto directory = paths.sandbox(id.value);
        const FileCensus census(directory);
        report.sandboxes.append(useOf(directory, census, settings, layers));
        linked.insert(census.linked());
        imageUsers[settings.image].append(settings.name);
        templateUsers[settings.machineTemplate].append(settings.name);
    }
    for (const auto bytes : std::as_const(linked))
        report.linked += bytes;
    for (const auto &image : layers.images())
        report.images.append({.name = image.digest,
            .bytes = bytesBelow(image.directory),
            .sandboxes = imageUsers.value(image.digest)});
    // Also one that is not whole: it takes room.
    for (const auto &name :
        QDir(paths.templates()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        report.templates.append({.name = name,
            .bytes = bytesBelow(paths.templates() + u'/' + name),
            .sandboxes = templateUsers.value(name)});
    std::ranges::sort(report.sandboxes, {}, &SandboxUse::name);
    std::ranges::sort(report.images, {}, &SharedUse::name);
    return report;
}

qint64 clearImageBlobs(const Paths &paths)
{
    const QDir directory(paths.imageBlobs());
    const auto before = bytesBelow(directory.path());
    for (const auto &name : directory.entryList(QDir::Files | QDir::Hidden | QDir::System))
        QFile::remove(directory.filePath(name));
    return before - bytesBelow(directory.path());
}

} // namespace core
