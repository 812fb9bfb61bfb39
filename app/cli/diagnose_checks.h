#pragma once

#include "app/cli/cli.h"

namespace cli {

enum class Health { Good, Warning, Bad };

/// What one check of `diagnose` found.
struct Finding
{
    QString name; ///< stable, for scripts
    Health health = Health::Good;
    QString detail;
    QString nextStep; ///< empty when it is good
};

/// Every check, each answered within 5 s, in the order in which they are shown.
QList<QFuture<Finding>> diagnoseChecks(Cli &cli);

} // namespace cli
