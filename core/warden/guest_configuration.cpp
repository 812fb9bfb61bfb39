#include "core/warden/guest_configuration.h"

#include <QCryptographicHash>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 nsPerMs = 1'000'000;

/// Stays the same for the sandbox's whole life, and tells nothing about it.
QString machineIdOf(const SandboxId &id)
{
    const auto digest = QCryptographicHash::hash(
        "paddock machine " + id.value.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(digest.toHex().left(32));
}

QJsonArray filesJson(const QList<AgentFile> &files)
{
    QJsonArray array;
    for (const auto &file : files) {
        array << QJsonObject{
            {u"path"_s, file.path},
            {u"mode"_s, file.mode},
            {u"owner"_s, u"agent"_s},
            {u"content"_s, file.content},
        };
    }
    return array;
}

} // namespace

QString hostNameOf(const QString &sandboxName)
{
    QString name;
    for (const QChar c : sandboxName)
        name += c == u'_' || c == u'.' ? u'-' : c;
    while (name.endsWith(u'-'))
        name.chop(1);
    return name.isEmpty() ? u"sandbox"_s : name;
}

QJsonObject toJson(const GuestConfiguration &configuration)
{
    QJsonObject environment;
    for (const auto &[name, value] : configuration.environment.asKeyValueRange())
        environment.insert(name, value);
    return {
        {u"hostname"_s, hostNameOf(configuration.settings.name)},
        {u"machineId"_s, machineIdOf(configuration.settings.id)},
        {u"realtimeNs"_s, configuration.nowMs * nsPerMs},
        {u"workspace"_s, configuration.settings.workspace},
        {u"caCertificate"_s, QString::fromLatin1(configuration.caCertificate)},
        {u"extraRoots"_s, QString::fromLatin1(configuration.extraRoots)},
        {u"environment"_s, environment},
        {u"docker"_s, true},
        {u"files"_s, filesJson(configuration.files)},
        {u"aptOptions"_s, configuration.aptOptions},
    };
}

} // namespace core
