#include "core/client/sandbox_folder.h"

#include "core/client/error_kind.h"
#include "core/client/file_lock.h"
#include "core/config/write_file.h"
#include "core/warden/suspend_image.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {

namespace {

constexpr qint64 maxSettingsBytes = 1 << 20;

const QString discardedPrefix = u".gone-"_s;
const QString unfinishedPrefix = u".new-"_s;

Result<QJsonObject> readObject(const QString &path)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return std::unexpected(
            Error{Error::Kind::BadConfiguration, u"%1: %2"_s.arg(path, file.errorString())});
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.read(maxSettingsBytes), &problem);
    if (!document.isObject())
        return std::unexpected(
            Error{Error::Kind::BadConfiguration, u"%1: %2"_s.arg(path, problem.errorString())});
    return document.object();
}

SandboxStatus failed(SandboxSettings settings, const Error &error)
{
    SandboxStatus status;
    status.settings = std::move(settings);
    status.state = SandboxState::Failed;
    status.reason = error.detail;
    status.reasonKind = errorKindName(error.kind);
    return status;
}

} // namespace

QList<SandboxId> sandboxIds(const Paths &paths)
{
    QList<SandboxId> ids;
    for (const QString &name :
        QDir(paths.sandboxes()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (const SandboxId id{name}; id.isValid())
            ids.append(id);
    }
    return ids;
}

Result<SandboxSettings> readSettings(const Paths &paths, const SandboxId &id)
{
    const Result<QJsonObject> json = readObject(paths.sandbox(id.value) + u"/sandbox.json"_s);
    if (!json)
        return std::unexpected(json.error());
    Result<SandboxSettings> settings = settingsFromJson(*json);
    if (settings && settings->id != id)
        return std::unexpected(Error{Error::Kind::BadConfiguration,
            u"%1/sandbox.json names another sandbox: %2"_s.arg(
                paths.sandbox(id.value), settings->id.value)});
    if (!settings) // the reader knows no path
        return std::unexpected(Error{settings.error().kind,
            u"%1/%2"_s.arg(paths.sandbox(id.value), settings.error().detail)});
    return settings;
}

bool isHeld(const Paths &paths, const SandboxId &id)
{
    return FileLock::isHeld(paths.sandbox(id.value) + u"/lock"_s);
}

Result<QJsonObject> lastExit(const Paths &paths, const SandboxId &id)
{
    Result<QJsonObject> exit = readObject(paths.sandbox(id.value) + u"/log/last-exit.json"_s);
    if (exit && exit->value("kind"_L1).toString().isEmpty())
        return std::unexpected(Error{Error::Kind::Failed, u"last-exit.json names no kind"_s});
    return exit;
}

SandboxStatus statusOnDisk(const Paths &paths, const SandboxId &id)
{
    Result<SandboxSettings> settings = readSettings(paths, id);
    if (!settings) {
        SandboxSettings unknown;
        unknown.id = id;
        unknown.name = id.value;
        return failed(std::move(unknown),
            {settings.error().kind,
                u"its settings are damaged (%1); put them right, or remove the sandbox with “paddock rm --force %2”"_s
                    .arg(settings.error().detail, id.value)});
    }
    SandboxStatus status;
    status.settings = *settings;
    if (isHeld(paths, id)) {
        status.state = SandboxState::NotAnswering;
        status.reason = u"its warden has not answered yet"_s;
        status.reasonKind = errorKindName(Error::Kind::NotAnswering);
        return status;
    }
    if (SuspendImage::isThere(paths.sandbox(id.value))) {
        status.state = SandboxState::Suspended;
        return status;
    }
    const Result<QJsonObject> exit = lastExit(paths, id);
    if (!exit)
        return status;
    status =
        failed(*std::move(settings), {Error::Kind::Failed, exit->value("detail"_L1).toString()});
    status.reasonKind = exit->value("kind"_L1).toString();
    status.sinceMs = exit->value("at"_L1).toInteger();
    status.raw = *exit;
    return status;
}

Result<> writeSandbox(const Paths &paths,
    const SandboxSettings &settings,
    const QString &initialPolicy,
    const std::function<Result<>(const QString &directory)> &fill)
{
    const QString unfinished = paths.sandboxes() + u'/' + unfinishedPrefix + settings.id.value;
    if (!makePrivateDirectory(unfinished) || !makePrivateDirectory(unfinished + u"/log"_s))
        return std::unexpected(Error{Error::Kind::Failed, u"cannot create "_s + unfinished});
    Result<> written =
        writeFile(unfinished + u"/sandbox.json"_s, QJsonDocument(toJson(settings)).toJson());
    if (written && !initialPolicy.isEmpty())
        written = writeFile(unfinished + u"/sandbox.policy"_s, initialPolicy.toUtf8());
    if (written && fill)
        written = fill(unfinished);
    if (written && !QDir().rename(unfinished, paths.sandbox(settings.id.value)))
        written = std::unexpected(
            Error{Error::Kind::Failed, u"cannot create "_s + paths.sandbox(settings.id.value)});
    if (!written)
        QDir(unfinished).removeRecursively();
    return written;
}

Result<QString> discardSandbox(const Paths &paths, const SandboxId &id)
{
    const QString folder = paths.sandbox(id.value);
    if (!QDir(folder).exists())
        return std::unexpected(Error{Error::Kind::NoSuchSandbox, id.value});
    // Held from here to the rename, so that no warden starts in between.
    const std::optional<FileLock> lock = FileLock::take(folder + u"/lock"_s);
    if (!lock)
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"it is running; stop it first"_s});
    const QString gone = paths.sandboxes() + u'/' + discardedPrefix + id.value;
    if (!QDir().rename(folder, gone))
        return std::unexpected(Error{Error::Kind::NotPermitted, u"cannot rename "_s + folder});
    QDir(paths.runtimeOf(id.value)).removeRecursively();
    return gone;
}

void sweepLeftovers(const Paths &paths)
{
    const QDir sandboxes(paths.sandboxes());
    for (const QString &name :
        sandboxes.entryList({discardedPrefix + u'*', unfinishedPrefix + u'*'},
            QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot))
        QDir(sandboxes.filePath(name)).removeRecursively();
    const QDir runtime(paths.runtime);
    for (const QString &name : runtime.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (SandboxId{name}.isValid() && !sandboxes.exists(name))
            QDir(runtime.filePath(name)).removeRecursively();
    }
}

} // namespace core
