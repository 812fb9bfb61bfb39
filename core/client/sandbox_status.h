#pragma once

#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"
#include "core/warden/template_progress.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace core {

struct SyncConflict
{
    QString path;
    QString host; ///< what the user's folder did, e.g. "modified"
    QString guest;
    qint64 sinceMs = 0;
    friend bool operator==(const SyncConflict &, const SyncConflict &) = default;
};

struct SyncProblem
{
    QString path;
    QString reason;
    friend bool operator==(const SyncProblem &, const SyncProblem &) = default;
};

struct SyncQuestion
{
    QString kind;
    QString summary;
    QStringList paths;
    friend bool operator==(const SyncQuestion &, const SyncQuestion &) = default;
};

enum class SyncState {
    Unknown,
    Seeding,
    Scanning,
    Idle,
    Syncing,
    Paused,
    Halted,
    DiskFull,
    Disconnected,
    Off ///< a fork: its files are its own
};

struct SyncStatus
{
    SyncState state = SyncState::Unknown;
    qint64 files = 0;
    qint64 doneFiles = 0;
    qint64 totalFiles = 0;
    qint64 doneBytes = 0;
    qint64 totalBytes = 0;
    int conflicts = 0;
    qint64 lastSyncMs = 0; ///< 0: never
    QString reason;
    QList<SyncProblem> problems;
    QStringList excluded; ///< secret files left out of the sandbox
    std::optional<SyncQuestion> question;
    friend bool operator==(const SyncStatus &, const SyncStatus &) = default;
};

/// What is known of one sandbox; `settings` from its file, the rest from its warden.
struct SandboxStatus
{
    SandboxSettings settings;
    SandboxState state = SandboxState::Stopped;
    LaunchStage stage = LaunchStage::Image;
    QString reason;     ///< why failed
    QString reasonKind; ///< kind of the failure, as in API.md
    QString progressText;
    qint64 progressDone = 0;
    qint64 progressTotal = 0; ///< 0: not known
    qint64 sinceMs = 0;
    QString docker;
    AgentState agent = AgentState::None;
    std::optional<int> agentExitCode;
    QString agentText;
    QString acceleration; ///< kvm, hvf, whpx, tcg
    QString accelerationReason;
    QStringList notices;
    int blocked = 0;
    SyncStatus sync;
    std::optional<TemplateProgress> templateProgress; ///< one is made after it had to boot
    QJsonObject raw; ///< as it came; of a Failed one without a warden: last-exit.json
    friend bool operator==(const SandboxStatus &, const SandboxStatus &) = default;
};

/// Its warden is of another version of Paddock than this program, and serves until the next start.
bool isOfOtherVersion(const SandboxStatus &status);
SandboxStatus statusFromJson(const SandboxSettings &settings, const QJsonObject &status);
SyncStatus syncStatusFromJson(const QJsonObject &sync);

} // namespace core
