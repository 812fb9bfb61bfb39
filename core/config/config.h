#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

namespace core {

/// What the desktop does with running sandboxes when it quits.
enum class OnQuit { Leave, Stop, Suspend };

/// The settings in config.toml; a member that the file does not name has the value here.
/// config_keys.h lists the names.
struct Config
{
    bool acceptEmulation = false;
    QStringList
        upstreamResolve;    ///< "host:port=address:port": dial this address instead of asking DNS
    QString upstreamCaFile; ///< absolute path of a PEM file trusted for upstream servers besides
                            ///< the system's
    QString upstreamProxy;  ///< "http://host:port", or empty
    bool trustHostRoots = true; ///< roots added on this computer are trusted in sandboxes too
    OnQuit onQuit = OnQuit::Leave;
    bool warmTemplates = true;     ///< templates are frozen in the background when one is missing
    qint64 templateBudgetGiB = 10; ///< what the memory of all templates may take on disk
    int idleMinutes = 0; ///< a sandbox that does nothing for so long is suspended; 0: never
    bool suspendOnShutdown = false;    ///< sandboxes are suspended when this computer shuts down
    bool snapshotBeforePrompt = false; ///< snapshots when the agent is told something
    int snapshotEveryMinutes = 0;      ///< and by the clock; 0: never
    qint64 snapshotBudgetGiB = 10;     ///< what those of a sandbox may take on disk
    qint64 diskFloorGiB = 2;           ///< of free disk; below it machines stand still
    bool cacheImages = false;          ///< blobs of container images are kept for all sandboxes
    qint64 cacheBudgetGiB = 20;        ///< what they may take on disk
    QStringList cacheRegistries{       ///< "host" or "host:port"; only their images are kept
        QStringLiteral("registry-1.docker.io"),
        QStringLiteral("ghcr.io"),
        QStringLiteral("quay.io"),
        QStringLiteral("mcr.microsoft.com"),
        QStringLiteral("registry.k8s.io"),
        QStringLiteral("public.ecr.aws")};

    friend bool operator==(const Config &, const Config &) = default;
};

/// Reads config.toml; a missing file is the defaults. BadConfiguration with "FILE:line:column:
/// what" for bad syntax, an unknown key or a value of the wrong type or form.
Result<Config> loadConfig(const QString &file);
/// The same for a text; `name` stands for the file in messages.
Result<Config> parseConfig(const QString &text, const QString &name);

} // namespace core
