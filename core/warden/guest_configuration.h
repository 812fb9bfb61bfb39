#pragma once

#include "core/agents/agent.h"
#include "core/sandbox/sandbox_settings.h"

#include <QHash>
#include <QJsonObject>

namespace core {

/// All that makes a guest this sandbox: the body of `POST /configure` (core/guest/PROTOCOL.md).
struct GuestConfiguration
{
    SandboxSettings settings;
    QByteArray caCertificate;
    QByteArray extraRoots;
    QHash<QString, QString> environment;
    QList<AgentFile> files;
    QString aptOptions;
    qint64 nowMs = 0;
};

QJsonObject toJson(const GuestConfiguration &configuration);

/// What a host name may be made of, from the sandbox's name.
QString hostNameOf(const QString &sandboxName);

} // namespace core
