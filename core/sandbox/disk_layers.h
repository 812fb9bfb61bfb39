#pragma once

#include "core/result.h"

#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

namespace core {

/// The files that hold a sandbox's disks. A layer is one file for each disk, written until another
/// layer lies over it. Layer 0 is in the sandbox's directory, layer N in `layers/N/`; what the
/// disks consist of now is told by `layers/chain.json`, and by nothing: layer 0 alone. All disks
/// change together, by the rename of that one file:
///
/// | broken off …                        | on the disk                      | next start |
/// |-------------------------------------|----------------------------------|-------------------------|
/// | while new files are made            | an empty layer, the old list     | the layer is removed
/// | | after QEMU writes to the new files  | the same; the machine stands     | the same: all that
/// was  | |   and before the rename             |   still, so they hold nothing    |   written is
/// below      | | after the rename                    | the new list                     | boots
/// from the new ones |
///
/// The files of the new layer are on the disk before the rename, and so is the list; nothing that
/// QEMU has open is ever renamed or has its mode changed.
class DiskLayers
{
public:
    explicit DiskLayers(QString sandboxDirectory);

    /// The present layers, the one that is written first. BadConfiguration when the list is
    /// damaged.
    [[nodiscard]] Result<QList<int>> chain() const;
    [[nodiscard]] QString directory(int layer) const;
    [[nodiscard]] QString file(int layer, const QString &disk) const;
    /// The files of a disk now, the one that is written first; of a damaged list that of layer 0.
    [[nodiscard]] QStringList files(const QString &disk) const;
    /// What they take on the host's disk.
    [[nodiscard]] qint64 bytes(const QString &disk) const;
    /// The directory of a new layer, above all that there are; made, with its number.
    Result<int> make() const;

    /// Writes the list that `commit` makes the present one.
    Result<> prepare(const QList<int> &chain) const;
    Result<> commit() const;
    /// Removes the layers that are not among these.
    void sweep(const QSet<int> &needed) const;

private:
    [[nodiscard]] QString place(const QString &name = {}) const;
    [[nodiscard]] QList<int> present() const;

    QString m_directory;
};

} // namespace core
