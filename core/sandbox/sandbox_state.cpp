#include "core/sandbox/sandbox_state.h"

#include <array>
#include <utility>

namespace core {
namespace {

template <typename State>
struct Named
{
    State state;
    QStringView name;
};

constexpr std::array sandboxStates{
    Named{SandboxState::Stopped, u"stopped"},
    Named{SandboxState::Suspended, u"suspended"},
    Named{SandboxState::Preparing, u"preparing"},
    Named{SandboxState::Booting, u"booting"},
    Named{SandboxState::Syncing, u"syncing"},
    Named{SandboxState::Running, u"running"},
    Named{SandboxState::Paused, u"paused"},
    Named{SandboxState::Stopping, u"stopping"},
    Named{SandboxState::Failed, u"failed"},
    Named{SandboxState::NotAnswering, u"notAnswering"},
};
constexpr std::array launchStages{
    Named{LaunchStage::Image, u"image"},
    Named{LaunchStage::Disks, u"disks"},
    Named{LaunchStage::Boot, u"boot"},
    Named{LaunchStage::Guest, u"guest"},
    Named{LaunchStage::Files, u"files"},
    Named{LaunchStage::Agent, u"agent"},
    Named{LaunchStage::Ready, u"ready"},
};
constexpr std::array agentStates{
    Named{AgentState::None, u"none"},
    Named{AgentState::Starting, u"starting"},
    Named{AgentState::Working, u"working"},
    Named{AgentState::NeedsYou, u"needsYou"},
    Named{AgentState::Finished, u"finished"},
    Named{AgentState::Exited, u"exited"},
};

template <typename Names, typename State>
QString nameOf(const Names &names, State state)
{
    for (const auto &entry : names) {
        if (entry.state == state)
            return entry.name.toString();
    }
    std::unreachable();
}

template <typename State, typename Names>
std::optional<State> stateNamed(const Names &names, QStringView text)
{
    for (const auto &entry : names) {
        if (entry.name == text)
            return entry.state;
    }
    return std::nullopt;
}

} // namespace

bool isOff(SandboxState state)
{
    return state == SandboxState::Stopped || state == SandboxState::Suspended ||
           state == SandboxState::Failed;
}

QString toString(SandboxState state)
{
    return nameOf(sandboxStates, state);
}

QString toString(LaunchStage stage)
{
    return nameOf(launchStages, stage);
}

QString toString(AgentState state)
{
    return nameOf(agentStates, state);
}

std::optional<SandboxState> sandboxStateFromString(QStringView text)
{
    return stateNamed<SandboxState>(sandboxStates, text);
}

std::optional<LaunchStage> launchStageFromString(QStringView text)
{
    return stateNamed<LaunchStage>(launchStages, text);
}

std::optional<AgentState> agentStateFromString(QStringView text)
{
    return stateNamed<AgentState>(agentStates, text);
}

} // namespace core
