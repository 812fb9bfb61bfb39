#pragma once

#include "core/agents/agent.h"
#include "core/config/config.h"
#include "core/sandbox/sandbox_settings.h"

#include <QByteArray>
#include <QHash>
#include <QJsonObject>

namespace core {

/// The policy of one sandbox as texts.
struct PolicyTexts
{
    QString global;
    QString sandbox;
    QHash<QString, QString> presets;
    friend bool operator==(const PolicyTexts &, const PolicyTexts &) = default;
};

/// A sandbox's certification authority, PEM.
struct AuthorityPem
{
    QByteArray certificate;
    QByteArray key;
};

/// What the gateway's `configure` is made of; PROCESSES.md.
struct GatewayInput
{
    SandboxSettings settings;
    Agent agent;
    Config config;
    PolicyTexts policy;
    AuthorityPem authority;
    QByteArray upstreamRoots;           ///< PEM of `gateway.upstream.ca_file`
    QHash<QString, QByteArray> secrets; ///< by service
    bool hasBlobs = false;              ///< it was given the directory for image blobs
};

QJsonObject gatewayConfiguration(const GatewayInput &input);
QJsonObject policyMessage(
    const SandboxSettings &settings, const Agent &agent, const PolicyTexts &policy);
QJsonObject credentialMessage(const QString &service, const QByteArray &secret);

/// The texts of the policy files as they are now; the presets are built in. A missing file is an
/// empty policy.
Result<PolicyTexts> readPolicyTexts(const QString &globalFile, const QString &sandboxFile);

/// The host's own bundle of roots, for the gateway to trust; empty when there is none.
QString hostTrustFile();

} // namespace core
