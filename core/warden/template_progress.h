#pragma once

#include "core/paths.h"
#include "core/result.h"

#include <QJsonObject>
#include <QList>

#include <optional>

namespace core {

/// How far the making of a template is. Its builder writes it down for everyone to see; it is gone
/// once the template is there.
struct TemplateProgress
{
    enum class State {
        Building,
        Failed, ///< for `reason`; the next try begins anew
        Stopped ///< its builder died on the way
    };

    QString key = {}; ///< of the template
    State state = State::Building;
    int percent = 0;
    QString step = {};
    QString reason = {};
    qint64 sinceMs = 0; ///< when it began
    int cpus = 0;
    int memoryMiB = 0;
    int diskGiB = 0;
    friend bool operator==(const TemplateProgress &, const TemplateProgress &) = default;
};

QString toString(TemplateProgress::State state); ///< "building", "failed", "stopped"
QJsonObject toJson(const TemplateProgress &progress);
/// What `toJson` made, as the status of a sandbox tells it too.
TemplateProgress templateProgressFromJson(const QJsonObject &json);

/// Held by whoever makes the template of this key.
QString templateLock(const Paths &paths, const QString &key);

/// For the holder of the lock.
void writeProgress(const Paths &paths, const TemplateProgress &progress);
void removeProgress(const Paths &paths, const QString &key);

/// Nothing when none is being made, and the last try did not fail.
std::optional<TemplateProgress> templateProgress(const Paths &paths, const QString &key);
/// All of them, the newest first.
QList<TemplateProgress> allTemplateProgress(const Paths &paths);

} // namespace core
