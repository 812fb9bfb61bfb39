#pragma once

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

} // namespace core
