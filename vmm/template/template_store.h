#pragma once

#include "vmm/result.h"
#include "vmm/template/machine_template.h"

#include <QList>

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
    /// By name, for its disks: a sandbox's layers. ImageMissing or ImageDamaged.
    [[nodiscard]] Result<MachineTemplate> open(const QString &name) const;

    [[nodiscard]] QString buildDirectory(const QString &key) const;
    /// Notes the parts, makes them read-only and gives them their name.
    Result<MachineTemplate> keep(const TemplateIdentity &identity) const;

    /// Removes RAM and state; the disks stay.
    Result<> discardMemory(const QString &name) const;
    /// Removes all of it. The caller makes sure that no sandbox builds on it.
    Result<> remove(const QString &name) const;

private:
    [[nodiscard]] Listing listed(const QString &pattern) const;

    QString m_directory;
};

} // namespace vmm
