#pragma once

#include "core/result.h"

#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

namespace core {

/// A chain in which one layer takes the place of two, where `upper` lies right over `lower`.
QList<int> withMerged(QList<int> chain, int upper, int lower, int merged);

/// The files that hold a sandbox's disks. A layer is one file for each disk, written until another
/// layer lies over it. Layer 0 is in the sandbox's directory, layer N in `layers/N/`; what the
/// disks consist of now is told by `layers/chain.json`, and by nothing: layer 0 alone. All disks
/// change together, by the rename of that one file:
///
/// | broken off …              | on the disk                  | the next start           |
/// |---------------------------|------------------------------|--------------------------|
/// | while new files are made  | an empty layer, the old list | removes the layer        |
/// | when QEMU writes to them, | the same, and they hold      | removes the layer        |
/// | before the rename         | nothing: the machine stands  |                          |
/// | after the rename          | the new list                 | boots from the new files |
///
/// The files of the new layer are on the disk before the rename, and so is the list; nothing that
/// QEMU has open is ever written by another or has its mode changed. Two layers may become one that
/// holds the same (layer_merge.h), which is made in `layers/.merged/`. So only the lists tell what
/// lies over what: the name in a file's header may be that of a layer which is gone, unless it is
/// the lowest.
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
    [[nodiscard]] QStringList files(const QList<int> &chain, const QString &disk) const;
    /// What they take on the host's disk.
    [[nodiscard]] qint64 bytes(const QString &disk) const;
    /// And what a layer takes of it.
    [[nodiscard]] qint64 bytes(int layer, const QStringList &disks) const;
    /// The directory of a new layer, above all that there are; made, with its number.
    Result<int> make() const;

    /// Writes the list that `commit` makes the present one.
    Result<> prepare(const QList<int> &chain) const;
    Result<> commit() const;
    /// Removes the layers that are not among these.
    void sweep(const QSet<int> &needed) const;

    /// An empty place for a layer that is made of others.
    Result<> beginMerged() const;
    [[nodiscard]] QString merged(const QString &disk) const;
    /// It is a layer from now on, on the disk; gives its number.
    Result<int> adoptMerged() const;
    void dropMerged() const;

private:
    [[nodiscard]] QString place(const QString &name = {}) const;
    [[nodiscard]] QList<int> present() const;
    [[nodiscard]] int next() const; ///< a number above all that there are

    QString m_directory;
};

} // namespace core
