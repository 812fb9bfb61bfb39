#include "core/warden/gateway_messages.h"

#include "core/policy/effective.h"

#include <QFile>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 maxPolicyFile = 256 << 10;

QJsonObject credentialJson(
    const CredentialBinding &binding, const QHash<QString, QByteArray> &secrets)
{
    const auto secret = secrets.constFind(binding.service);
    return {
        {u"service"_s, binding.service},
        {u"hosts"_s, QJsonArray::fromStringList(binding.hosts)},
        {u"pathPrefix"_s, binding.pathPrefix},
        {u"strip"_s, QJsonArray::fromStringList(binding.strip)},
        {u"header"_s, binding.header},
        {u"format"_s, binding.format},
        {u"secret"_s,
            secret == secrets.constEnd() ? QJsonValue() : QJsonValue(QString::fromUtf8(*secret))},
    };
}

QJsonObject cacheJson(const Config &config)
{
    constexpr qint64 gib = qint64(1) << 30;
    return {
        {u"registries"_s, QJsonArray::fromStringList(config.cacheRegistries)},
        {u"budgetBytes"_s, config.cacheBudgetGiB * gib},
        {u"floorBytes"_s, config.diskFloorGiB * gib},
    };
}

void addPolicy(QJsonObject &message, const GatewayInput &input)
{
    const auto policy = policyMessage(input.settings, input.agent, input.policy);
    for (auto it = policy.begin(); it != policy.end(); ++it) {
        if (it.key() != "type"_L1)
            message.insert(it.key(), it.value());
    }
}

Result<QString> policyText(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return QString();
    if (!file.open(QFile::ReadOnly))
        return std::unexpected(
            Error{Error::Kind::PolicyInvalid, path + u": "_s + file.errorString()});
    const auto bytes = file.read(maxPolicyFile + 1);
    if (bytes.size() > maxPolicyFile)
        return std::unexpected(
            Error{Error::Kind::PolicyInvalid, path + u": longer than 256 KiB"_s});
    return QString::fromUtf8(bytes);
}

} // namespace

QJsonObject policyMessage(
    const SandboxSettings &settings, const Agent &agent, const PolicyTexts &policy)
{
    QJsonObject presets;
    for (const auto &[name, text] : policy.presets.asKeyValueRange())
        presets.insert(name, text);
    return {
        {u"type"_s, u"policy"_s},
        {u"mode"_s, toString(settings.network)},
        {u"globalPolicy"_s, policy.global},
        {u"sandboxPolicy"_s, policy.sandbox},
        {u"presets"_s, presets},
        {u"agentPresets"_s, QJsonArray::fromStringList(agent.presets)},
    };
}

QJsonObject gatewayConfiguration(const GatewayInput &input)
{
    QJsonArray credentials;
    for (const auto &binding : input.agent.credentials)
        credentials << credentialJson(binding, input.secrets);
    QJsonObject message{
        {u"type"_s, u"configure"_s},
        {u"sandbox"_s, input.settings.name},
        {u"ca"_s,
            QJsonObject{{u"certificate"_s, QString::fromLatin1(input.authority.certificate)},
                {u"key"_s, QString::fromLatin1(input.authority.key)}}},
        {u"upstream"_s,
            QJsonObject{{u"resolve"_s, QJsonArray::fromStringList(input.config.upstreamResolve)},
                {u"caBundle"_s, QString::fromLatin1(input.upstreamRoots)},
                {u"proxy"_s, input.config.upstreamProxy}}},
        {u"trustFile"_s, hostTrustFile()},
        {u"credentials"_s, credentials},
    };
    if (input.hasBlobs)
        message.insert(u"cache"_s, cacheJson(input.config));
    addPolicy(message, input);
    return message;
}

QJsonObject credentialMessage(const QString &service, const QByteArray &secret)
{
    return {
        {u"type"_s, u"credential"_s},
        {u"service"_s, service},
        {u"secret"_s, secret.isNull() ? QJsonValue() : QJsonValue(QString::fromUtf8(secret))},
    };
}

Result<PolicyTexts> readPolicyTexts(const QString &globalFile, const QString &sandboxFile)
{
    const auto global = policyText(globalFile);
    if (!global)
        return std::unexpected(global.error());
    const auto sandbox = policyText(sandboxFile);
    if (!sandbox)
        return std::unexpected(sandbox.error());
    PolicyTexts texts{.global = *global, .sandbox = *sandbox, .presets = {}};
    for (const auto &[name, text] : policy::builtinPresets())
        texts.presets.insert(QString::fromStdString(name), QString::fromStdString(text));
    return texts;
}

QString hostTrustFile()
{
    // Debian and its kin, Fedora, SUSE, Arch; the same list as Go's crypto/x509.
    for (const auto &path : {u"/etc/ssl/certs/ca-certificates.crt"_s,
             u"/etc/pki/tls/certs/ca-bundle.crt"_s,
             u"/etc/ssl/ca-bundle.pem"_s,
             u"/etc/ssl/cert.pem"_s}) {
        if (QFile::exists(path))
            return path;
    }
    return {};
}

} // namespace core
