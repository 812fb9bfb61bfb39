#include "ui/text/describe.h"

#include "core/client/error_kind.h"
#include "core/client/explain.h"
#include "ui/text/tr.h"

#include <QDateTime>
#include <QDir>
#include <QLocale>

#include <utility>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

QString explained(const QString &source)
{
    return QCoreApplication::translate("core::Explanation", source.toUtf8().constData());
}

bool needsDecision(const core::SyncStatus &sync)
{
    return sync.question || sync.conflicts > 0 || sync.state == core::SyncState::Halted;
}

Headline fileHeadline(const core::SyncStatus &sync)
{
    return {sync.question ? Shape::Diamond : Shape::Triangle, Tone::Attention, describe(sync)};
}

Headline runningHeadline(const core::SandboxStatus &status)
{
    using enum core::AgentState;
    if (status.agent == NeedsYou)
        return {Shape::Diamond,
            Tone::Attention,
            status.agentText.isEmpty() ? tr("Needs you")
                                       : tr("Needs you: %1").arg(status.agentText)};
    if (needsDecision(status.sync))
        return fileHeadline(status.sync);
    switch (status.agent) {
    case Finished:
        return {Shape::Check,
            Tone::Good,
            status.agentText.isEmpty() ? tr("Finished") : status.agentText};
    case Working:
        return {
            Shape::Play, Tone::Busy, status.agentText.isEmpty() ? tr("Working") : status.agentText};
    case Exited:
        return {Shape::Check,
            Tone::Neutral,
            tr("The agent ended with code %1").arg(status.agentExitCode.value_or(0))};
    case Starting:
        return {Shape::Ring, Tone::Busy, tr("The agent is starting")};
    case None:
    case NeedsYou:
        break;
    }
    return {Shape::Play, Tone::Good, tr("Running")};
}

} // namespace

Headline headline(const core::SandboxStatus &status)
{
    using enum core::SandboxState;
    switch (status.state) {
    case Suspended:
        return {Shape::Pause, Tone::Neutral, tr("Suspended")};
    case Stopped:
        return {Shape::Square, Tone::Neutral, tr("Stopped")};
    case Preparing:
    case Booting:
    case Syncing:
        return {Shape::Ring, Tone::Busy, tr("Starting: %1").arg(describe(status.stage))};
    case Running:
        return runningHeadline(status);
    case Paused:
        return {Shape::Pause,
            Tone::Problem,
            isDiskFull(status) ? tr("Paused: disk full") : tr("Paused: the disk fails")};
    case Stopping:
        return {Shape::Ring, Tone::Neutral, tr("Stopping…")};
    case Failed:
        return {Shape::Triangle, Tone::Problem, describe(failureOf(status)).title};
    case NotAnswering:
        return {Shape::Question, Tone::Problem, tr("Not answering")};
    }
    std::unreachable();
}

bool isDiskFull(const core::SandboxStatus &status)
{
    return failureOf(status).kind == core::Error::Kind::NotEnoughDisk;
}

QString describe(core::LaunchStage stage)
{
    using enum core::LaunchStage;
    switch (stage) {
    case Image:
        return tr("image");
    case Disks:
        return tr("disks");
    case Boot:
        return tr("machine");
    case Guest:
        return tr("system");
    case Files:
        return tr("files");
    case Agent:
        return tr("agent");
    case Ready:
        return tr("ready");
    }
    std::unreachable();
}

QString describe(core::NetworkMode mode)
{
    switch (mode) {
    case core::NetworkMode::Listed:
        return tr("Only listed");
    case core::NetworkMode::Locked:
        return tr("Locked");
    }
    std::unreachable();
}

QString describe(const core::SyncStatus &sync)
{
    using enum core::SyncState;
    if (sync.question)
        return tr("Held: %1").arg(sync.question->summary);
    if (sync.conflicts > 0 &&
        (sync.state == Idle || sync.state == Syncing || sync.state == Scanning))
        return sync.conflicts == 1 ? tr("1 conflict") : tr("%1 conflicts").arg(sync.conflicts);
    switch (sync.state) {
    case Unknown:
        return tr("No word about files yet");
    case Seeding:
        return sync.totalFiles > 0 ? tr("Copying files: %1 of %2")
                                         .arg(QLocale().toString(sync.doneFiles),
                                             QLocale().toString(sync.totalFiles))
                                   : tr("Copying files");
    case Scanning:
        return tr("Looking for changes");
    case Idle:
        if (sync.problems.isEmpty())
            return tr("Up to date");
        return sync.problems.size() == 1
                   ? tr("1 file cannot be synced")
                   : tr("%1 files cannot be synced").arg(sync.problems.size());
    case Syncing:
        return tr("Syncing");
    case Paused:
        return tr("Sync is paused");
    case Halted:
        return sync.reason.isEmpty() ? tr("Sync has stopped")
                                     : tr("Sync has stopped: %1").arg(sync.reason);
    case DiskFull:
        return tr("Sync waits: the disk is full");
    case Disconnected:
        return tr("Sync is not connected");
    case Off:
        return tr("A fork with files of its own");
    }
    std::unreachable();
}

QString describeVerdict(const QString &verdict)
{
    if (verdict == "allow"_L1)
        return tr("Allowed");
    if (verdict == "deny"_L1)
        return tr("Blocked");
    return tr("Refused");
}

ErrorText describe(const core::Error &error)
{
    const core::Explanation text = core::explain(error.kind);
    return {.title = explained(text.title),
        .why = text.why.isEmpty() ? QString() : explained(text.why),
        .nextStep = explained(text.nextStep),
        .detail = error.detail};
}

core::Error failureOf(const core::SandboxStatus &status)
{
    return {core::errorKindFromString(status.reasonKind), status.reason};
}

QString describeElapsed(qint64 ms)
{
    const qint64 seconds = qMax<qint64>(0, ms) / 1000;
    if (seconds < 60)
        return tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return tr("%1 min").arg(seconds / 60);
    if (seconds < 2 * 86400)
        return tr("%1 h").arg(seconds / 3600);
    return tr("%1 days").arg(seconds / 86400);
}

QString describeBytes(qint64 bytes)
{
    return QLocale().formattedDataSize(
        bytes, bytes < 1024 ? 0 : 1, QLocale::DataSizeTraditionalFormat);
}

QString shortPath(const QString &path)
{
    const QString home = QDir::homePath();
    if (path == home || path.startsWith(home + u'/'))
        return u'~' + path.mid(home.size());
    return path;
}

} // namespace ui
