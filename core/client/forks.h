#pragma once

#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/warden/suspend_image.h"

#include <QList>

namespace core {

/// What the forks of one moment of a running sandbox are made of.
struct ForkRequest
{
    SandboxSettings source; ///< as it was at the moment
    QString name;           ///< of the fork, or what the names of several begin with; may be empty
    int count = 1;          ///< 1–32
    ForkedMachine machine;
    QString disks;         ///< the moment's directory, with layers as a sandbox has them
    QString syncDirectory; ///< what both sides had, from `keepAncestor`
};

/// Their names: "web-fork-1", "web-fork-2", …, of those that are free; of a name that was asked
/// for "name" or "name-1", "name-2", …. NameTaken, or Usage for a name that is none.
Result<QStringList> forkNames(const ForkRequest &request, const QStringList &taken);

/// Copies the record of what both sides of a sandbox have, which may be written to meanwhile: never
/// newer than the moment that comes after it.
Result<> keepAncestor(const QString &sandboxDirectory, const QString &directory);

/// Makes their directories, complete ones, or none. They are self-contained, so that the source
/// may go: RAM, state and the lower layers of the disks are links to files that nobody changes.
/// Each is a suspended sandbox that goes on where the source was. The caller holds the creation
/// lock; `taken`: the names in use.
Result<QList<SandboxId>> makeForks(
    const Paths &paths, const ForkRequest &request, const QStringList &taken);

} // namespace core
