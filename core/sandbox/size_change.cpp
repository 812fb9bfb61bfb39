#include "core/sandbox/size_change.h"

#include <QJsonArray>

#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

void insert(QJsonObject &json, const QString &key, const std::optional<int> &value)
{
    if (value)
        json.insert(key, *value);
}

std::optional<int> number(const QJsonObject &json, QLatin1StringView key)
{
    const QJsonValue value = json.value(key);
    return value.isDouble() ? std::optional(value.toInt()) : std::nullopt;
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    for (const QJsonValue entry : value.toArray())
        list.append(entry.toString());
    return list;
}

} // namespace

QJsonObject toJson(const SizeChange &change)
{
    QJsonObject json;
    insert(json, u"cpus"_s, change.cpus);
    insert(json, u"memoryMiB"_s, change.memoryMiB);
    insert(json, u"diskGiB"_s, change.diskGiB);
    return json;
}

SizeChange sizeChangeFromJson(const QJsonObject &json)
{
    return {.cpus = number(json, "cpus"_L1),
        .memoryMiB = number(json, "memoryMiB"_L1),
        .diskGiB = number(json, "diskGiB"_L1)};
}

QJsonObject toJson(const SizeAnswer &answer)
{
    return {{u"now"_s, QJsonArray::fromStringList(answer.now)},
        {u"atNextStart"_s, QJsonArray::fromStringList(answer.atNextStart)}};
}

SizeAnswer sizeAnswerFromJson(const QJsonObject &json)
{
    return {
        .now = strings(json.value("now"_L1)), .atNextStart = strings(json.value("atNextStart"_L1))};
}

Result<SandboxSettings> resized(
    SandboxSettings settings, const SizeChange &change, PresentMachine machine)
{
    if (change == SizeChange())
        return std::unexpected(Error{Error::Kind::Usage, u"nothing is to be changed"_s});
    if (change.diskGiB && *change.diskGiB < settings.diskGiB)
        return std::unexpected(Error{Error::Kind::Usage,
            u"its disks have %1 GiB; a disk is never made smaller, since what lies at its end "
            u"would "
            u"be lost"_s.arg(settings.diskGiB)});
    const bool putOff = machine != PresentMachine::None;
    if (change.cpus)
        (putOff ? settings.nextCpus : settings.cpus) = *change.cpus;
    if (change.memoryMiB)
        (putOff ? settings.nextMemoryMiB : settings.memoryMiB) = *change.memoryMiB;
    settings.diskGiB = change.diskGiB.value_or(settings.diskGiB);
    auto whole = withNextSizes(settings);
    whole.cpus = change.cpus.value_or(whole.cpus); // also 0, which would put nothing off
    whole.memoryMiB = change.memoryMiB.value_or(whole.memoryMiB);
    // The rules are those of the file.
    const auto checked = settingsFromJson(toJson(whole));
    if (!checked)
        return std::unexpected(Error{Error::Kind::Usage, checked.error().detail});
    return settings;
}

SizeAnswer answerTo(const SizeChange &change, PresentMachine machine)
{
    SizeAnswer answer;
    auto &rest = machine == PresentMachine::None ? answer.now : answer.atNextStart;
    auto &disk = machine == PresentMachine::Suspended ? answer.atNextStart : answer.now;
    if (change.cpus)
        rest << u"cpus"_s;
    if (change.memoryMiB)
        rest << u"memory"_s;
    if (change.diskGiB)
        disk << u"disk"_s;
    return answer;
}

SandboxSettings withNextSizes(SandboxSettings settings)
{
    if (const int cpus = std::exchange(settings.nextCpus, 0); cpus != 0)
        settings.cpus = cpus;
    if (const int memoryMiB = std::exchange(settings.nextMemoryMiB, 0); memoryMiB != 0)
        settings.memoryMiB = memoryMiB;
    return settings;
}

} // namespace core
