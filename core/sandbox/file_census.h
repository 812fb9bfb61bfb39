#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <utility>

namespace core {

/// What the files below a directory take on the disk, each counted once: layers of disks have
/// several names (links) in snapshots and in other sandboxes.
class FileCensus
{
public:
    using Identity = std::pair<quint64, quint64>; ///< device, inode

    explicit FileCensus(const QString &directory);

    /// Of those whose names are all below the directory: what deleting it would give back.
    [[nodiscard]] qint64 own() const;
    /// The same, of these files below it.
    [[nodiscard]] qint64 own(const QStringList &files) const;
    /// Of those of these files that have names elsewhere too.
    [[nodiscard]] qint64 linked(const QStringList &files) const;

    /// What each file takes that has names elsewhere too.
    [[nodiscard]] QHash<Identity, qint64> linked() const;

private:
    struct Entry
    {
        qint64 bytes = 0;
        quint64 names = 0;
        quint64 namesHere = 0;
        [[nodiscard]] bool isOwn() const { return namesHere >= names; }
    };

    [[nodiscard]] qint64 sum(const QStringList &files, bool own) const;

    QHash<Identity, Entry> m_entries;
};

} // namespace core
