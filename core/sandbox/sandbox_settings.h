#pragma once

#include "core/result.h"
#include "core/sandbox/sandbox_id.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace core {

struct Paths;

enum class NetworkMode { Listed, Locked };
QString toString(NetworkMode mode);
/// Refuses `ask`, `open` and `learn` with Usage: they come with a later version.
Result<NetworkMode> networkModeFromString(const QString &text);

/// What a fork of a running sandbox comes from; that may be gone by now.
struct SandboxOrigin
{
    SandboxId id;
    QString name;
    qint64 forkedMs = 0;
    friend bool operator==(const SandboxOrigin &, const SandboxOrigin &) = default;
};

/// What the user wants of one sandbox: sandbox.json. Intent only, nothing derived.
struct SandboxSettings
{
    SandboxId id;
    QString name;      ///< 1–40 of a-z 0-9 - _ ., begins with a letter or digit; unique
    QString agent;     ///< id of a manifest
    QString workspace; ///< canonical absolute path of the folder
    NetworkMode network = NetworkMode::Listed;
    int cpus = 2;          ///< 1–64
    int memoryMiB = 2048;  ///< 512–262144
    int diskGiB = 20;      ///< each of docker and work, virtual
    int nextCpus = 0;      ///< from the next start on; 0: as now
    int nextMemoryMiB = 0; ///< the same
    QString image;         ///< digest of the image the disk builds on; empty until the first start
    QString machineType;   ///< QEMU machine type; empty until the first start
    QString machineTemplate; ///< name of the template that its disks build on; empty: the image
    bool allowSecretFiles = false; ///< .env* and keys are sent to the sandbox
    qint64 createdMs = 0;
    /// A fork's files are its own: they are not synced with the workspace.
    std::optional<SandboxOrigin> origin = {};

    friend bool operator==(const SandboxSettings &, const SandboxSettings &) = default;
};

QJsonObject toJson(const SandboxSettings &settings);
Result<SandboxSettings> settingsFromJson(const QJsonObject &json);

/// The canonical path of a folder that may become a workspace, or FolderRefused with the reason:
/// missing, not readable, a file, `/`, the home directory itself, Paddock's own data (or around
/// it), or a path that would hide a directory of the guest (/usr, /etc, /var, /home/agent, …).
Result<QString> checkedWorkspace(const QString &folder, const Paths &paths);

/// A free name made of the folder's and the agent's, such as "web-shop" or "web-shop-2".
QString proposedName(const QString &workspace, const QStringList &taken);

} // namespace core
