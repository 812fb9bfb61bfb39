#include "core/warden/sandbox_state_files.h"

#include "core/agents/placeholders.h"
#include "core/client/error_kind.h"
#include "core/config/write_file.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace core {
namespace {

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.read(64 << 10) : QByteArray();
}

void store(const QString &path, const QByteArray &bytes)
{
    if (const auto written = writeFile(path, bytes); !written)
        qWarning("%s", qPrintable(written.error().detail));
}

QByteArray digestOf(const QList<AgentFile> &files)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const auto &file : files)
        hash.addData((file.path + u'\0' + file.mode + u'\0' + file.content + u'\0').toUtf8());
    return hash.result().toHex();
}

} // namespace

SandboxStateFiles::SandboxStateFiles(QString sandboxDirectory)
    : m_directory(std::move(sandboxDirectory))
{
}

QString SandboxStateFiles::path(QStringView name) const
{
    return m_directory + u'/' + name.toString();
}

void SandboxStateFiles::writeLastExit(const Error &error, const QByteArray &consoleTail) const
{
    const QJsonObject exit{
        {u"kind"_s, errorKindName(error.kind)},
        {u"detail"_s, error.detail},
        {u"consoleTail"_s, QString::fromUtf8(consoleTail)},
        {u"at"_s, QDateTime::currentMSecsSinceEpoch()},
    };
    store(path(u"log/last-exit.json"), QJsonDocument(exit).toJson());
}

void SandboxStateFiles::removeLastExit() const
{
    QFile::remove(path(u"log/last-exit.json"));
}

bool SandboxStateFiles::wasUnclean() const
{
    return QFile::exists(path(u"running"));
}

void SandboxStateFiles::markRunning() const
{
    store(path(u"running"), {});
}

void SandboxStateFiles::markStopped() const
{
    QFile::remove(path(u"running"));
}

bool SandboxStateFiles::wasSeeded() const
{
    return QFile::exists(path(u"seeded"));
}

void SandboxStateFiles::markSeeded() const
{
    if (!wasSeeded())
        store(path(u"seeded"), {});
}

QHash<QString, QString> SandboxStateFiles::placeholders(const Agent &agent) const
{
    const auto file = path(u"placeholders.json");
    auto json = QJsonDocument::fromJson(content(file)).object();
    auto placeholders = randomPlaceholders(agent);
    const auto before = json;
    for (auto &&[service, placeholder] : placeholders.asKeyValueRange()) {
        if (json.value(service).isString())
            placeholder = json.value(service).toString();
        else
            json[service] = placeholder;
    }
    if (json != before)
        store(file, QJsonDocument(json).toJson());
    return placeholders;
}

QList<AgentFile> SandboxStateFiles::newFiles(const QList<AgentFile> &files) const
{
    return content(path(u"agent-files")) == digestOf(files) ? QList<AgentFile>() : files;
}

void SandboxStateFiles::rememberFiles(const QList<AgentFile> &files) const
{
    store(path(u"agent-files"), digestOf(files));
}

} // namespace core
