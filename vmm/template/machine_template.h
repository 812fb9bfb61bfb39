#pragma once

#include "vmm/machine/machine_spec.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

namespace vmm {

/// All that must be the same for a frozen machine to go on elsewhere.
struct TemplateIdentity
{
    QString image = {};  ///< digest of the image
    QString initrd = {}; ///< digest of the initrd: modules and guest agent
    QString qemu = {};   ///< version and build of the program
    QString machineType = {};
    QString accelerator = {}; ///< "tcg", "kvm", …
    QString cpu = {};         ///< model and, where it is the host's own, which that is
    int cpus = 2;
    int memoryMiB = 2048;
    int diskGiB = 20;

    /// 16 hex digits of a SHA-256 over all members.
    [[nodiscard]] QString key() const;
    friend bool operator==(const TemplateIdentity &, const TemplateIdentity &) = default;
};
QJsonObject toJson(const TemplateIdentity &identity);

/// A booted and warmed machine, frozen: RAM, devices and disks, all read-only. A disk of it lies
/// below every sandbox that was forked from it, and stays as long as one of them does; its memory
/// may go before.
struct MachineTemplate
{
    QString name = {}; ///< of its directory: the key, a hyphen, and 8 more digits
    QString key = {};
    QString directory = {}; ///< absolute
    QDateTime created = {};
    TemplateIdentity identity = {};
    QDateTime used = {};    ///< the last time that a sandbox was forked from it
    qint64 bytes = 0;       ///< on disk
    qint64 memoryBytes = 0; ///< of them, RAM and state
    bool canFork = false;   ///< memory and state are there

    [[nodiscard]] QString ram() const { return directory + QStringLiteral("/ram"); }
    [[nodiscard]] QString state() const { return directory + QStringLiteral("/state"); }
    [[nodiscard]] QString disk(const QString &disk) const
    {
        return directory + u'/' + disk + QStringLiteral(".qcow2");
    }
    friend bool operator==(const MachineTemplate &, const MachineTemplate &) = default;
};

} // namespace vmm
