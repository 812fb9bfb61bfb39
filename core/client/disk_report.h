#pragma once

#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"

#include <QList>

#include <optional>

namespace core {

/// What one disk of a sandbox takes. Bytes; nothing where it is not known.
struct DiskUse
{
    QString name;
    std::optional<qint64> size = {}; ///< of the file system in it, when the sandbox was last asked
    std::optional<qint64> used = {}; ///< in it
    qint64 own = 0;                  ///< on the host's disk, of this sandbox alone
    qint64 shared = 0;               ///< what lies below it: of forks, the template and the image
    std::optional<qint64> reclaimable = {}; ///< of `own`, at most
    friend bool operator==(const DiskUse &, const DiskUse &) = default;
};

struct SandboxUse
{
    SandboxId id;
    QString name;
    QList<DiskUse> disks;
    qint64 rest = 0; ///< snapshots, a suspended machine's memory, old versions, logs
    qint64 atMs = 0; ///< when it was last asked; 0: never
    friend bool operator==(const SandboxUse &, const SandboxUse &) = default;
};

/// An image or a template.
struct SharedUse
{
    QString name;
    qint64 bytes = 0;
    QStringList sandboxes; ///< whose disks build on it
    friend bool operator==(const SharedUse &, const SharedUse &) = default;
};

/// All that Paddock takes of the host's disk.
struct DiskReport
{
    QList<SandboxUse> sandboxes; ///< by name
    QList<SharedUse> images;
    QList<SharedUse> templates;
    qint64 linked = 0;     ///< what several sandboxes have in common, forks of one another
    qint64 imageBlobs = 0; ///< parts of container images that are kept for all sandboxes
    qint64 free = 0;       ///< on the file system of the sandboxes
    friend bool operator==(const DiskReport &, const DiskReport &) = default;
};
qint64 total(const SandboxUse &sandbox); ///< its own bytes
qint64 total(const DiskReport &report);

/// Reads the directories, and what the wardens have noted there. `imageDirectory` is an image that
/// lies elsewhere (PADDOCK_IMAGE); empty: none.
DiskReport diskReport(const Paths &paths, const QString &imageDirectory);

/// Deletes the kept parts of container images, also while they are in use: those who read one have
/// it open. Returns how many bytes that gave back.
qint64 clearImageBlobs(const Paths &paths);

} // namespace core
