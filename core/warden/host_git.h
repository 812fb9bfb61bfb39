#pragma once

#include "core/async/steps.h"
#include "core/sync/git_plan.h"

#include <QJsonObject>
#include <QString>

namespace core {

/// Runs the host's git for one question (core/sync/git_plan.h). Never fails: what went wrong is in
/// the answer.
Future<sync::GitAnswer> askGit(QObject *context,
    sync::GitStep step,
    const QString &workspace,
    int patienceMs,
    const QString &bundlePath = {});

/// Where the repository of a workspace stands, as a snapshot keeps it: `{"branch","commit",
/// "refs":{NAME:OBJECT}}`; empty without one. Takes a few ms, and 15 s at most. Never fails.
Future<QJsonObject> readRepository(QObject *context, const QString &workspace);

} // namespace core
