#pragma once

#include "app/cli/cli.h"

#include <QJsonObject>

#include <string>
#include <vector>

namespace cli {

/// Asks about the files of a fork (`sync.review`, `sync.accept`), which is started when it does not
/// run. `paths` lead to files of the workspace: absolute, or from the current directory where that
/// lies in the workspace, else from the workspace. Fails with Usage for one that leads out of it.
core::Future<QJsonObject> askReview(Cli &cli,
    const core::SandboxStatus &sandbox,
    const QString &method,
    const std::vector<std::string> &paths,
    QJsonObject parameters);

/// "modified   src/a.c (also deleted on this computer)"
QString reviewLine(const QJsonObject &item);

} // namespace cli
