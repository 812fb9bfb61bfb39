#pragma once

#include "core/client/sandboxes.h"

namespace ui {

/// What the new-sandbox sheet holds.
struct LaunchForm
{
    QString folder;
    QString agent;
    QString name; ///< empty: proposed by the folder
    core::NetworkMode network = core::NetworkMode::Listed;
    int cpus = 2;
    int memoryMiB = 2048;
    int diskGiB = 20;
    bool allowSecretFiles = false;
    bool acceptEmulation = false;
    friend bool operator==(const LaunchForm &, const LaunchForm &) = default;
};

core::NewSandbox toRequest(const LaunchForm &form);

/// The command that does the same in a terminal; options only where they differ from the defaults.
QString commandLine(const LaunchForm &form);

/// Files right in the folder that may hold secrets (".env", ".env.local").
QStringList secretFilesIn(const QString &folder);

} // namespace ui
