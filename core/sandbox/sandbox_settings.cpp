#include "core/sandbox/sandbox_settings.h"

#include <QJsonValue>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int longestName = 40;

std::unexpected<Error> bad(const QString &detail)
{
    return std::unexpected(Error{.kind = Error::Kind::BadConfiguration, .detail = detail});
}

bool isNameCharacter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_' ||
           c == u'.';
}

bool isName(const QString &name)
{
    return !name.isEmpty() && name.size() <= longestName &&
           std::ranges::all_of(name, isNameCharacter) && !QStringView(u"-_.").contains(name[0]);
}

bool isWithin(int value, int lowest, int highest)
{
    return value >= lowest && value <= highest;
}

/// The first rule that the settings break, or nothing.
QString fault(const SandboxSettings &settings)
{
    if (!settings.id.isValid())
        return u"\"id\" is not a sandbox id"_s;
    if (!isName(settings.name))
        return u"\"name\" must be 1-40 of a-z 0-9 - _ . and begin with a letter or digit"_s;
    if (settings.agent.isEmpty())
        return u"\"agent\" is missing"_s;
    if (!settings.workspace.startsWith(u'/'))
        return u"\"workspace\" is not an absolute path"_s;
    if (!isWithin(settings.cpus, 1, 64))
        return u"\"cpus\" must be 1-64"_s;
    if (!isWithin(settings.memoryMiB, 512, 262'144))
        return u"\"memoryMiB\" must be 512-262144"_s;
    if (settings.nextCpus != 0 && !isWithin(settings.nextCpus, 1, 64))
        return u"\"nextCpus\" must be 1-64"_s;
    if (settings.nextMemoryMiB != 0 && !isWithin(settings.nextMemoryMiB, 512, 262'144))
        return u"\"nextMemoryMiB\" must be 512-262144"_s;
    if (!isWithin(settings.diskGiB, 1, 16'384))
        return u"\"diskGiB\" must be 1-16384"_s;
    if (settings.origin && !settings.origin->id.isValid())
        return u"\"origin\" names no sandbox"_s;
    return {};
}

} // namespace

QString toString(NetworkMode mode)
{
    switch (mode) {
    case NetworkMode::Listed:
        return u"listed"_s;
    case NetworkMode::Locked:
        return u"locked"_s;
    }
    std::unreachable();
}

Result<NetworkMode> networkModeFromString(const QString &text)
{
    if (text == u"listed"_s)
        return NetworkMode::Listed;
    if (text == u"locked"_s)
        return NetworkMode::Locked;
    const bool later = text == u"ask"_s || text == u"open"_s || text == u"learn"_s;
    return std::unexpected(Error{
        .kind = Error::Kind::Usage,
        .detail =
            later ? u"network mode \"%1\" comes with a later version; use listed or locked"_s.arg(
                        text)
                  : u"unknown network mode \"%1\"; use listed or locked"_s.arg(text),
    });
}

QJsonObject toJson(const SandboxSettings &settings)
{
    QJsonObject json{
        {u"schema"_s, 1},
        {u"id"_s, settings.id.value},
        {u"name"_s, settings.name},
        {u"agent"_s, settings.agent},
        {u"workspace"_s, settings.workspace},
        {u"network"_s, toString(settings.network)},
        {u"cpus"_s, settings.cpus},
        {u"memoryMiB"_s, settings.memoryMiB},
        {u"diskGiB"_s, settings.diskGiB},
        {u"image"_s, settings.image},
        {u"machineType"_s, settings.machineType},
        {u"template"_s, settings.machineTemplate},
        {u"allowSecretFiles"_s, settings.allowSecretFiles},
        {u"createdMs"_s, settings.createdMs},
    };
    if (settings.origin)
        json[u"origin"_s] = QJsonObject{{u"id"_s, settings.origin->id.value},
            {u"name"_s, settings.origin->name},
            {u"forkedMs"_s, settings.origin->forkedMs}};
    if (settings.nextCpus != 0)
        json.insert("nextCpus"_L1, settings.nextCpus);
    if (settings.nextMemoryMiB != 0)
        json.insert("nextMemoryMiB"_L1, settings.nextMemoryMiB);
    return json;
}

Result<SandboxSettings> settingsFromJson(const QJsonObject &json)
{
    if (json.value("schema"_L1).toInt() != 1)
        return bad(u"sandbox.json is of another version (schema %1)"_s.arg(
            json.value("schema"_L1).toInt()));
    const auto network = networkModeFromString(json.value("network"_L1).toString());
    if (!network)
        return bad(network.error().detail);
    SandboxSettings settings{
        .id = {json.value("id"_L1).toString()},
        .name = json.value("name"_L1).toString(),
        .agent = json.value("agent"_L1).toString(),
        .workspace = json.value("workspace"_L1).toString(),
        .network = *network,
        .cpus = json.value("cpus"_L1).toInt(),
        .memoryMiB = json.value("memoryMiB"_L1).toInt(),
        .diskGiB = json.value("diskGiB"_L1).toInt(),
        .nextCpus = json.value("nextCpus"_L1).toInt(),
        .nextMemoryMiB = json.value("nextMemoryMiB"_L1).toInt(),
        .image = json.value("image"_L1).toString(),
        .machineType = json.value("machineType"_L1).toString(),
        .machineTemplate = json.value("template"_L1).toString(),
        .allowSecretFiles = json.value("allowSecretFiles"_L1).toBool(),
        .createdMs = json.value("createdMs"_L1).toInteger(),
    };
    if (const auto origin = json.value("origin"_L1).toObject(); !origin.isEmpty())
        settings.origin = SandboxOrigin{.id = {origin.value("id"_L1).toString()},
            .name = origin.value("name"_L1).toString(),
            .forkedMs = origin.value("forkedMs"_L1).toInteger()};
    if (const auto wrong = fault(settings); !wrong.isEmpty())
        return bad(u"sandbox.json: "_s + wrong);
    return settings;
}

QString proposedName(const QString &workspace, const QStringList &taken)
{
    QString base;
    for (const QChar c : workspace.section(u'/', -1).toLower())
        base += isNameCharacter(c) ? c : u'-';
    while (!base.isEmpty() && QStringView(u"-_.").contains(base[0]))
        base.remove(0, 1);
    base.truncate(longestName - 4);
    if (base.isEmpty())
        base = u"sandbox"_s;
    auto name = base;
    for (int number = 2; taken.contains(name); ++number)
        name = u"%1-%2"_s.arg(base).arg(number);
    return name;
}

} // namespace core
