#pragma once

#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"
#include "core/warden/machine_plan.h"
#include "core/warden/template_progress.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace core {

struct LaunchProgress
{
    qint64 done = 0;
    qint64 total = 0; ///< 0: not known
    QString text;
    friend bool operator==(const LaunchProgress &, const LaunchProgress &) = default;
};

/// How each process of the sandbox is confined, in its own words.
struct Confinement
{
    QString qemu;
    QString gateway;
    QString courier;
    friend bool operator==(const Confinement &, const Confinement &) = default;
};

/// A snapshot that is being taken.
struct SnapshotProgress
{
    QString name;
    qint64 sinceMs = 0;
    friend bool operator==(const SnapshotProgress &, const SnapshotProgress &) = default;
};

/// All that a warden tells of its sandbox.
struct WardenStatus
{
    SandboxState state = SandboxState::Preparing;
    LaunchStage stage = LaunchStage::Image;
    LaunchWay way = LaunchWay::Boot;
    LaunchProgress progress;
    std::optional<Error> failure;
    qint64 sinceMs = 0;                     ///< when `state` began
    QString docker = QStringLiteral("off"); ///< as the guest tells it
    AgentState agent = AgentState::None;
    std::optional<int> agentExitCode;
    QString agentText;
    QString acceleration;
    QString accelerationReason;
    Confinement confinement;
    QString limits; ///< the systemd scope of the machine, or why there is none
    QStringList notices;
    std::optional<TemplateProgress> templateProgress; ///< of one that is made for its like
    std::optional<SnapshotProgress> snapshot = {};
    int blocked = 0;  ///< connections refused since the start
    QJsonObject sync; ///< as API.md shows it
};

/// The status object of API.md.
QJsonObject toJson(const SandboxSettings &settings, const WardenStatus &status);

} // namespace core
