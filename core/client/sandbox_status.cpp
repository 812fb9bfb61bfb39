#include "core/client/sandbox_status.h"

#include <QJsonArray>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {

namespace {

qint64 whole(const QJsonObject &object, QLatin1StringView key)
{
    return object.value(key).toInteger();
}

QStringList strings(const QJsonObject &object, QLatin1StringView key)
{
    QStringList list;
    for (const QJsonValue value : object.value(key).toArray())
        list.append(value.toString());
    return list;
}

SyncState syncStateFromString(const QString &text)
{
    constexpr std::array states{
        std::pair{"seeding"_L1, SyncState::Seeding},
        std::pair{"scanning"_L1, SyncState::Scanning},
        std::pair{"idle"_L1, SyncState::Idle},
        std::pair{"syncing"_L1, SyncState::Syncing},
        std::pair{"paused"_L1, SyncState::Paused},
        std::pair{"halted"_L1, SyncState::Halted},
        std::pair{"diskFull"_L1, SyncState::DiskFull},
        std::pair{"disconnected"_L1, SyncState::Disconnected},
        std::pair{"off"_L1, SyncState::Off},
    };
    for (const auto &[name, state] : states) {
        if (text == name)
            return state;
    }
    return SyncState::Unknown;
}

std::optional<SyncQuestion> questionFromJson(const QJsonValue &value)
{
    if (!value.isObject())
        return std::nullopt;
    const QJsonObject question = value.toObject();
    return SyncQuestion{.kind = question.value("kind"_L1).toString(),
        .summary = question.value("summary"_L1).toString(),
        .paths = strings(question, "paths"_L1)};
}

void readLaunch(SandboxStatus &status, const QJsonObject &json)
{
    const QJsonObject progress = json.value("progress"_L1).toObject();
    status.stage =
        launchStageFromString(json.value("stage"_L1).toString()).value_or(LaunchStage::Image);
    status.progressText = progress.value("text"_L1).toString();
    status.progressDone = whole(progress, "done"_L1);
    status.progressTotal = whole(progress, "total"_L1);
    status.reason = json.value("reason"_L1).toString();
    status.reasonKind = json.value("reasonKind"_L1).toString();
    status.sinceMs = whole(json, "since"_L1);
}

void readAgent(SandboxStatus &status, const QJsonObject &agent)
{
    status.agent =
        agentStateFromString(agent.value("state"_L1).toString()).value_or(AgentState::None);
    if (agent.value("exitCode"_L1).isDouble())
        status.agentExitCode = agent.value("exitCode"_L1).toInt();
    status.agentText = agent.value("text"_L1).toString();
}

} // namespace

bool isOfOtherVersion(const SandboxStatus &status)
{
    const auto version = status.raw.value("version"_L1).toString();
    return !isOff(status.state) && !version.isEmpty() &&
           version != QLatin1StringView(PADDOCK_VERSION);
}

SandboxStatus statusFromJson(const SandboxSettings &settings, const QJsonObject &status)
{
    SandboxStatus result;
    result.settings = settings;
    // A state this client does not know is shown as "not answering", never as running or stopped.
    result.state = sandboxStateFromString(status.value("state"_L1).toString())
                       .value_or(SandboxState::NotAnswering);
    readLaunch(result, status);
    readAgent(result, status.value("agentState"_L1).toObject());
    result.docker = status.value("docker"_L1).toString();
    result.acceleration = status.value("acceleration"_L1).toString();
    result.accelerationReason = status.value("accelerationReason"_L1).toString();
    result.notices = strings(status, "notices"_L1);
    result.blocked = status.value("blocked"_L1).toInt();
    result.sync = syncStatusFromJson(status.value("sync"_L1).toObject());
    if (const QJsonValue progress = status.value("template"_L1); progress.isObject())
        result.templateProgress = templateProgressFromJson(progress.toObject());
    result.raw = status;
    return result;
}

SyncStatus syncStatusFromJson(const QJsonObject &sync)
{
    SyncStatus status{
        .state = syncStateFromString(sync.value("state"_L1).toString()),
        .files = whole(sync, "files"_L1),
        .doneFiles = whole(sync, "doneFiles"_L1),
        .totalFiles = whole(sync, "totalFiles"_L1),
        .doneBytes = whole(sync, "doneBytes"_L1),
        .totalBytes = whole(sync, "totalBytes"_L1),
        .conflicts = sync.value("conflicts"_L1).toInt(),
        .lastSyncMs = whole(sync, "lastSync"_L1),
        .reason = sync.value("reason"_L1).toString(),
        .problems = {},
        .excluded = strings(sync, "excluded"_L1),
        .question = questionFromJson(sync.value("question"_L1)),
    };
    for (const QJsonValue value : sync.value("problems"_L1).toArray()) {
        const QJsonObject problem = value.toObject();
        status.problems.append(
            {problem.value("path"_L1).toString(), problem.value("reason"_L1).toString()});
    }
    return status;
}

} // namespace core
