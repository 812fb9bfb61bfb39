#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/client/error_kind.h"

#include <QDir>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QString stateText(const core::SandboxStatus &status)
{
    switch (status.state) {
    case core::SandboxState::NotAnswering:
        return u"not answering"_s;
    case core::SandboxState::Syncing:
        return u"first sync"_s;
    case core::SandboxState::Paused:
        return status.reasonKind == core::errorKindName(core::Error::Kind::NotEnoughDisk)
                   ? u"paused: disk full"_s
                   : u"paused: disk fails"_s;
    default:
        return toString(status.state);
    }
}

QJsonObject toJson(const core::SandboxStatus &status)
{
    const core::SandboxSettings &settings = status.settings;
    return {{u"id"_s, settings.id.value},
        {u"name"_s, settings.name},
        {u"agent"_s, settings.agent},
        {u"state"_s, toString(status.state)},
        {u"stage"_s, toString(status.stage)},
        {u"reason"_s, status.reason},
        {u"workspace"_s, settings.workspace},
        {u"network"_s, toString(settings.network)},
        {u"cpus"_s, settings.cpus},
        {u"memoryMiB"_s, settings.memoryMiB},
        {u"agentState"_s, toString(status.agent)},
        {u"sync"_s, status.raw.value("sync"_L1).toObject().value("state"_L1).toString()},
        {u"conflicts"_s, status.sync.conflicts},
        {u"docker"_s, status.docker},
        {u"blocked"_s, status.blocked},
        {u"acceleration"_s, status.acceleration},
        {u"version"_s, status.raw.value("version"_L1)},
        {u"createdMs"_s, settings.createdMs}};
}

QString shortened(const QString &path)
{
    const QString home = QDir::homePath();
    return path.startsWith(home + u'/') ? u'~' + path.sliced(home.size()) : path;
}

int show(const QList<core::SandboxStatus> &sandboxes, bool json)
{
    QJsonArray objects;
    QList<QStringList> rows;
    for (const core::SandboxStatus &status : sandboxes) {
        objects.append(toJson(status));
        rows.append({status.settings.name,
            status.settings.agent,
            core::isOfOtherVersion(status) ? stateText(status) + u" (older Paddock)"_s
                                           : stateText(status),
            status.state == core::SandboxState::Running ? toString(status.agent) : QString(),
            shortened(status.settings.workspace)});
    }
    if (json)
        printJson({{u"sandboxes"_s, objects}});
    else
        printTable({u"NAME"_s, u"AGENT"_s, u"STATE"_s, u"ACTIVITY"_s, u"FOLDER"_s}, rows);
    return 0;
}

} // namespace

void addLs(Cli &cli)
{
    auto json = std::make_shared<bool>(false); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("ls", "List the sandboxes", [&cli, json] {
        return cli.sandboxes().refresh().then(
            &cli, [json](const QList<core::SandboxStatus> &list) { return show(list, *json); });
    });
    Cli::addJson(verb, *json);
}

} // namespace cli
