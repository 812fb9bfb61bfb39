#pragma once

#include "vmm/result.h"
#include "vmm/template/machine_template.h"

#include <QList>

#include <functional>

namespace vmm {

/// The templates below one directory, `<directory>/<name>/`. Whoever freezes one works in
/// `buildDirectory` under a lock of its own, and `keep` makes it a template at once or not at all.
class TemplateStore
{
public:
    explicit TemplateStore(QString directory);

    struct Listing
    {
        QList<MachineTemplate> templates; ///< newest first
        QStringList damaged;              ///< directories that are of no use, with the reason
    };
    [[nodiscard]] Listing list() const;

    /// The newest one of this identity that can be forked: all parts there, of the size and age
    /// that was noted, and the device state of the right checksum. ImageMissing when there is none.
    [[nodiscard]] Result<MachineTemplate> find(const TemplateIdentity &identity) const;
    /// The same, or else the one with the largest disks that are smaller: a fork's can grow.
    [[nodiscard]] Result<MachineTemplate> findForkable(const TemplateIdentity &identity) const;
    /// By name, for its disks: a sandbox's layers. ImageMissing or ImageDamaged.
    [[nodiscard]] Result<MachineTemplate> open(const QString &name) const;

    [[nodiscard]] QString buildDirectory(const QString &key) const;
    /// Notes the parts, makes them read-only and gives them their name.
    Result<MachineTemplate> keep(const TemplateIdentity &identity) const;

    /// Notes that a sandbox is forked from it now.
    void markUsed(const QString &name) const;

    /// Removes RAM and state; the disks stay.
    Result<> discardMemory(const QString &name) const;
    /// Removes all of it, unless `isNeeded` says, once nobody can find it any more, that somebody
    /// began to build on it: then it comes back. True when it is gone.
    Result<bool> remove(const QString &name, const std::function<bool()> &isNeeded) const;

private:
    [[nodiscard]] Listing listed(const QString &pattern) const;

    QString m_directory;
};

} // namespace vmm
