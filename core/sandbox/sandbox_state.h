#pragma once

#include <QString>
#include <QStringView>

#include <optional>

namespace core {

/// What a sandbox is doing. The names in JSON are the enumerators in lower camel case
/// ("notAnswering").
enum class SandboxState {
    Stopped,
    Suspended, ///< its memory is on the disk; a start goes on with it
    Preparing, ///< image and disks
    Booting,
    Syncing, ///< the first sync
    Running,
    Paused, ///< its machine stands still: the host's disk is full or fails; reason tells
    Stopping,
    Failed,       ///< the last launch or the machine failed; reason tells
    NotAnswering, ///< its warden holds the lock and does not answer
};

enum class LaunchStage { Image, Disks, Boot, Guest, Files, Agent, Ready };

enum class AgentState { None, Starting, Working, NeedsYou, Finished, Exited };

/// Whether there is no machine, and a start makes one.
bool isOff(SandboxState state);

QString toString(SandboxState state);
QString toString(LaunchStage stage);
QString toString(AgentState state);
std::optional<SandboxState> sandboxStateFromString(QStringView text);
std::optional<LaunchStage> launchStageFromString(QStringView text);
std::optional<AgentState> agentStateFromString(QStringView text);

} // namespace core
