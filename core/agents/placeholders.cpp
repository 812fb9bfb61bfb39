#include "core/agents/placeholders.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

#include <array>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype tailLength =
    20; // what Claude Code compares when it asks about a key it does not know

/// The text as it stands between the quotes of a JSON string; a TOML basic string takes the same
/// escapes.
QString escaped(const QString &text)
{
    const auto json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json).sliced(2).chopped(2);
}

} // namespace

QHash<QString, QString> randomPlaceholders(const Agent &agent)
{
    QHash<QString, QString> placeholders;
    for (const auto &credential : agent.credentials) {
        std::array<quint32, 4> random{};
        QRandomGenerator::system()->fillRange(random.data(), random.size());
        const auto digits =
            QByteArray(reinterpret_cast<const char *>(random.data()), sizeof(random)).toHex();
        placeholders.insert(credential.service,
            credential.placeholderPrefix + placeholderInfix + QString::fromLatin1(digits));
    }
    return placeholders;
}

QHash<QString, QString> agentEnvironment(
    const Agent &agent, const QHash<QString, QString> &placeholders)
{
    auto environment = agent.environment;
    for (const auto &credential : agent.credentials)
        environment.insert(credential.variable, placeholders.value(credential.service));
    return environment;
}

QList<AgentFile> agentFiles(
    const Agent &agent, const QString &workspace, const QHash<QString, QString> &placeholders)
{
    auto files = agent.files;
    for (auto &file : files) {
        for (const auto &[service, placeholder] : placeholders.asKeyValueRange()) {
            file.content.replace(u"{placeholder:%1}"_s.arg(service), escaped(placeholder));
            file.content.replace(
                u"{placeholder-tail:%1}"_s.arg(service), escaped(placeholder.right(tailLength)));
        }
        file.content.replace(u"{workspace}"_s, escaped(workspace));
        file.path.replace(u"{workspace}"_s, workspace);
    }
    return files;
}

} // namespace core
