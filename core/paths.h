#pragma once

#include <QString>

namespace core {

/// Where Paddock keeps things; architecture.md "State on disk" and ARCHITECTURE.md tell what lies
/// where. `PADDOCK_HOME=DIR` puts all of it below one directory (DIR/config, DIR/data, DIR/run).
struct Paths
{
    QString config;  ///< …/paddock: config.toml, policy/
    QString data;    ///< …/paddock: images/, templates/, sandboxes/
    QString runtime; ///< …/paddock: <id>/warden.sock, desktop.sock; short, since a socket path may
                     ///< not pass 90 bytes
    QString cache;   ///< …/paddock

    /// From the environment of this process; creates nothing.
    static Paths fromEnvironment();

    [[nodiscard]] QString configFile() const { return config + QStringLiteral("/config.toml"); }
    [[nodiscard]] QString globalPolicyFile() const
    {
        return config + QStringLiteral("/policy/global.policy");
    }
    /// Blobs of container images, shared by all sandboxes.
    [[nodiscard]] QString imageBlobs() const { return cache + QStringLiteral("/image-blobs"); }
    [[nodiscard]] QString images() const { return data + QStringLiteral("/images"); }
    [[nodiscard]] QString templates() const { return data + QStringLiteral("/templates"); }
    [[nodiscard]] QString sandboxes() const { return data + QStringLiteral("/sandboxes"); }
    [[nodiscard]] QString sandbox(const QString &id) const { return sandboxes() + u'/' + id; }
    [[nodiscard]] QString runtimeOf(const QString &id) const { return runtime + u'/' + id; }
    [[nodiscard]] QString wardenSocket(const QString &id) const
    {
        return runtimeOf(id) + QStringLiteral("/warden.sock");
    }
    [[nodiscard]] QString desktopSocket() const
    {
        return runtime + QStringLiteral("/desktop.sock");
    }
};

/// Creates a directory and its parents, 0700. False when it cannot, or when it exists and is
/// another user's.
bool makePrivateDirectory(const QString &path);

} // namespace core
