#pragma once

#include "core/async/steps.h"

#include <QJsonObject>
#include <QString>

namespace core {

/// The history of a workspace as the guest's own repository is made of it.
struct GitSnapshot
{
    QJsonObject configuration; ///< the `git` member of the courier's `configure`; empty without git
    QString bundle;            ///< path of the bundle; empty: none
    QString notice;            ///< what the user should know, e.g. of a worktree
};

enum class GitDepth {
    Look, ///< only what there is to be noticed
    Take, ///< the history as well
};

/// Asks the host's git (core/sync/git_plan.h): read-only, without network, hooks and helpers. The
/// bundle is written to `bundlePath`. Never fails: without an answer there is no repository, and
/// the notice says why.
Future<GitSnapshot> takeGitSnapshot(
    QObject *context, const QString &workspace, const QString &bundlePath, GitDepth depth);

} // namespace core
