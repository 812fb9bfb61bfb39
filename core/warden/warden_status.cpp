#include "core/warden/warden_status.h"

#include "core/client/error_kind.h"

#include <QJsonArray>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

QJsonObject agentJson(const WardenStatus &status)
{
    return {
        {u"state"_s, toString(status.agent)},
        {u"exitCode"_s, status.agentExitCode ? QJsonValue(*status.agentExitCode) : QJsonValue()},
        {u"text"_s, status.agentText},
    };
}

QJsonObject progressJson(const LaunchProgress &progress)
{
    return {
        {u"done"_s, progress.done},
        {u"total"_s, progress.total},
        {u"text"_s, progress.text},
    };
}

} // namespace

QJsonObject toJson(const SandboxSettings &settings, const WardenStatus &status)
{
    return {
        {u"id"_s, settings.id.value},
        {u"name"_s, settings.name},
        {u"agent"_s, settings.agent},
        {u"workspace"_s, settings.workspace},
        {u"network"_s, toString(settings.network)},
        {u"state"_s, toString(status.state)},
        {u"stage"_s, toString(status.stage)},
        {u"start"_s, toString(status.way)},
        {u"progress"_s, progressJson(status.progress)},
        {u"reason"_s, status.failure ? status.failure->detail : QString()},
        {u"reasonKind"_s, status.failure ? errorKindName(status.failure->kind) : QString()},
        {u"since"_s, status.sinceMs},
        {u"docker"_s, status.docker},
        {u"agentState"_s, agentJson(status)},
        {u"acceleration"_s, status.acceleration},
        {u"accelerationReason"_s, status.accelerationReason},
        {u"confinement"_s,
            QJsonObject{{u"qemu"_s, status.confinement.qemu},
                {u"gateway"_s, status.confinement.gateway},
                {u"courier"_s, status.confinement.courier}}},
        {u"limits"_s, status.limits},
        {u"notices"_s, QJsonArray::fromStringList(status.notices)},
        {u"template"_s,
            status.templateProgress ? QJsonValue(toJson(*status.templateProgress)) : QJsonValue()},
        {u"snapshot"_s,
            status.snapshot ? QJsonValue(QJsonObject{{u"name"_s, status.snapshot->name},
                                  {u"since"_s, status.snapshot->sinceMs}})
                            : QJsonValue()},
        {u"blocked"_s, status.blocked},
        {u"sync"_s, status.sync},
        {u"cpus"_s, settings.cpus},
        {u"memoryMiB"_s, settings.memoryMiB},
        {u"version"_s, QStringLiteral(PADDOCK_VERSION)},
        {u"pid"_s, qint64(::getpid())},
    };
}

} // namespace core
