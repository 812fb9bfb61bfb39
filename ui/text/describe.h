#pragma once

#include "core/client/sandbox_status.h"
#include "core/result.h"
#include "ui/style/theme.h"

#include <QString>

namespace ui {

/// The shape that goes with a state, so that colour is never alone.
enum class Shape { Diamond, Triangle, Check, Play, Ring, Pause, Square, Question };

/// A sandbox in one line.
struct Headline
{
    Shape shape = Shape::Square;
    Tone tone = Tone::Neutral;
    QString text;
    friend bool operator==(const Headline &, const Headline &) = default;
};

/// An error in the user's language: what happened, why, what to do next, and the untranslated
/// detail.
struct ErrorText
{
    QString title;
    QString why;
    QString nextStep;
    QString detail;
};

Headline headline(const core::SandboxStatus &status);
QString describe(core::LaunchStage stage);
QString describe(core::NetworkMode mode);
QString describe(const core::SyncStatus &sync);
/// The verdict of a connection record: "Allowed", "Blocked", "Refused".
QString describeVerdict(const QString &verdict);
ErrorText describe(const core::Error &error);
/// The launch or machine failure a sandbox shows.
core::Error failureOf(const core::SandboxStatus &status);
/// Whether that is the host's full disk.
bool isDiskFull(const core::SandboxStatus &status);

/// "12 s", "3 min", "2 h", "5 days".
QString describeElapsed(qint64 ms);
QString describeBytes(qint64 bytes);
/// The user's home as "~".
QString shortPath(const QString &path);

} // namespace ui
