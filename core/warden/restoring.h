#pragma once

#include "core/result.h"

#include <QString>

namespace core {

struct Snapshot;

/// A sandbox that goes back to a snapshot. What is to be done is written down first, in
/// `restoring.json`, and every step may be done again:
///
/// | broken off …           | on the disk                 | the next start            |
/// |------------------------|-----------------------------|---------------------------|
/// | before it is written   | an empty layer that nobody  | the present, as it was    |
/// | down                   | names                       |                           |
/// | from then on           | any of the steps done, the  | does the rest, and goes   |
/// |                        | snapshot as it was          | on from the snapshot      |
/// | from then on, and the  | the record alone            | the present, as far as it |
/// | snapshot is gone       |                             | is                        |
///
/// The caller holds the sandbox's lock.
class Restoring
{
public:
    explicit Restoring(QString sandboxDirectory);

    /// `layer` is an empty one over those of the snapshot, and on the disk.
    Result<> begin(const QString &snapshot, int layer) const;
    [[nodiscard]] bool isBegun() const;
    /// Settings, disks, state, terminals: as they were. Nothing when none was begun. What fails is
    /// to be tried again while one is begun, and has changed nothing that counts when none is.
    Result<> finish() const;
    /// Until the files have been brought in step after a restore, since what the guest went back to
    /// must not look like its doing.
    [[nodiscard]] static bool isUnsettled(const QString &sandboxDirectory);
    static void settle(const QString &sandboxDirectory);

private:
    Result<> apply(const Snapshot &snapshot, int layer) const;
    Result<> bringBackSettings(const Snapshot &snapshot) const;
    [[nodiscard]] QString record() const;

    QString m_directory;
};

} // namespace core
