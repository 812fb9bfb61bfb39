#include "core/warden/template_progress.h"

#include "core/client/file_lock.h"
#include "core/config/write_file.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr auto prefix = ".progress-"_L1;
constexpr auto suffix = ".json"_L1;

QString progressFile(const Paths &paths, const QString &key)
{
    return u"%1/%2%3%4"_s.arg(paths.templates(), prefix, key, suffix);
}

} // namespace

QString toString(TemplateProgress::State state)
{
    switch (state) {
    case TemplateProgress::State::Building:
        return u"building"_s;
    case TemplateProgress::State::Failed:
        return u"failed"_s;
    case TemplateProgress::State::Stopped:
        return u"stopped"_s;
    }
    std::unreachable();
}

QJsonObject toJson(const TemplateProgress &progress)
{
    return {{u"key"_s, progress.key},
        {u"state"_s, toString(progress.state)},
        {u"percent"_s, progress.percent},
        {u"step"_s, progress.step},
        {u"reason"_s, progress.reason},
        {u"since"_s, progress.sinceMs},
        {u"cpus"_s, progress.cpus},
        {u"memoryMiB"_s, progress.memoryMiB},
        {u"diskGiB"_s, progress.diskGiB}};
}

TemplateProgress templateProgressFromJson(const QJsonObject &json)
{
    using State = TemplateProgress::State;
    TemplateProgress progress{.key = json[u"key"_s].toString(),
        .percent = json[u"percent"_s].toInt(),
        .step = json[u"step"_s].toString(),
        .reason = json[u"reason"_s].toString(),
        .sinceMs = json[u"since"_s].toInteger(),
        .cpus = json[u"cpus"_s].toInt(),
        .memoryMiB = json[u"memoryMiB"_s].toInt(),
        .diskGiB = json[u"diskGiB"_s].toInt()};
    for (const State state : {State::Failed, State::Stopped}) {
        if (json[u"state"_s].toString() == toString(state))
            progress.state = state;
    }
    return progress;
}

QString templateLock(const Paths &paths, const QString &key)
{
    return u"%1/.lock-%2"_s.arg(paths.templates(), key);
}

void writeProgress(const Paths &paths, const TemplateProgress &progress)
{
    const auto bytes = QJsonDocument(toJson(progress)).toJson(QJsonDocument::Compact);
    if (const auto written = writeFile(progressFile(paths, progress.key), bytes); !written)
        qWarning("%s", qPrintable(written.error().detail));
}

void removeProgress(const Paths &paths, const QString &key)
{
    QFile::remove(progressFile(paths, key));
}

std::optional<TemplateProgress> templateProgress(const Paths &paths, const QString &key)
{
    QFile file(progressFile(paths, key));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    auto progress = templateProgressFromJson(QJsonDocument::fromJson(file.read(64 << 10)).object());
    progress.key = key;
    // Only the lock tells that somebody works on it: the last words of a killed one say otherwise.
    if (!progress.reason.isEmpty())
        progress.state = TemplateProgress::State::Failed;
    else
        progress.state = FileLock::isHeld(templateLock(paths, key))
                             ? TemplateProgress::State::Building
                             : TemplateProgress::State::Stopped;
    return progress;
}

QList<TemplateProgress> allTemplateProgress(const Paths &paths)
{
    QList<TemplateProgress> all;
    const auto files =
        QDir(paths.templates()).entryList({prefix + u'*' + suffix}, QDir::Files | QDir::Hidden);
    for (const auto &file : files) {
        const auto key = file.sliced(prefix.size()).chopped(suffix.size());
        if (auto progress = templateProgress(paths, key))
            all << *std::move(progress);
    }
    std::ranges::sort(all, std::greater(), &TemplateProgress::sinceMs);
    return all;
}

} // namespace core
