#include "core/sandbox/snapshot.h"

#include "core/sandbox/size_change.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype shortCommit = 8;
constexpr qsizetype mostKept = 14; // each is a layer of the disks at least

constexpr std::array reasons{std::pair{SnapshotReason::Asked, ""_L1},
    std::pair{SnapshotReason::Prompt, "prompt"_L1},
    std::pair{SnapshotReason::Hourly, "hourly"_L1},
    std::pair{SnapshotReason::Restore, "restore"_L1}};

} // namespace

QString toString(SnapshotReason reason)
{
    for (const auto &[known, name] : reasons)
        if (known == reason)
            return name;
    std::unreachable();
}

QJsonObject toJson(const SnapshotInfo &info)
{
    return {{u"name"_s, info.name},
        {u"at"_s, info.atMs},
        {u"automatic"_s, toString(info.reason)},
        {u"bytes"_s, info.bytes},
        {u"pauseMs"_s, info.pauseMs},
        {u"branch"_s, info.branch},
        {u"commit"_s, info.commit},
        {u"fits"_s, info.fits},
        {u"damaged"_s, info.damaged}};
}

SnapshotInfo snapshotFromJson(const QJsonObject &json)
{
    SnapshotInfo info{.name = json.value("name"_L1).toString(),
        .atMs = json.value("at"_L1).toInteger(),
        .bytes = json.value("bytes"_L1).toInteger(),
        .pauseMs = json.value("pauseMs"_L1).toInt(),
        .branch = json.value("branch"_L1).toString(),
        .commit = json.value("commit"_L1).toString(),
        .fits = json.value("fits"_L1).toBool(),
        .damaged = json.value("damaged"_L1).toBool()};
    for (const auto &[reason, name] : reasons)
        if (json.value("automatic"_L1).toString() == name)
            info.reason = reason;
    return info;
}

QString commitText(const SnapshotInfo &info)
{
    const auto branch = info.branch.section(u'/', 2);
    const auto commit = info.commit.left(shortCommit);
    return branch.isEmpty() || commit.isEmpty() ? branch + commit : branch + u' ' + commit;
}

bool isSnapshotName(const QString &name)
{
    static const QRegularExpression form(uR"(\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\z)"_s);
    return form.match(name).hasMatch();
}

QString freeSnapshotName(const QStringList &taken)
{
    for (int number = 1;; ++number)
        if (const auto name = u"s%1"_s.arg(number); !taken.contains(name))
            return name;
}

QString nameBeforeRestore(const QString &restored)
{
    return restored == "before-restore"_L1 ? u"before-restore-2"_s : u"before-restore"_s;
}

QStringList beyondBudget(const QList<SnapshotInfo> &snapshots, qint64 budget)
{
    QList<SnapshotInfo> automatic;
    qint64 sum = 0;
    for (const auto &snapshot : snapshots) {
        if (snapshot.reason == SnapshotReason::Asked)
            continue;
        automatic.append(snapshot);
        sum += snapshot.bytes;
    }
    std::ranges::sort(automatic, {}, &SnapshotInfo::atMs);
    QStringList beyond;
    qsizetype count = snapshots.size();
    for (qsizetype i = 0; i + 1 < automatic.size() && (sum > budget || count > mostKept); ++i) {
        beyond << automatic[i].name;
        sum -= automatic[i].bytes;
        --count;
    }
    return beyond;
}

SandboxSettings settingsOfThen(const SandboxSettings &now, const SandboxSettings &then)
{
    const auto wanted = withNextSizes(now);
    auto settings = now;
    settings.cpus = then.cpus;
    settings.memoryMiB = then.memoryMiB;
    settings.nextCpus = wanted.cpus == then.cpus ? 0 : wanted.cpus;
    settings.nextMemoryMiB = wanted.memoryMiB == then.memoryMiB ? 0 : wanted.memoryMiB;
    settings.image = then.image;
    settings.machineType = then.machineType;
    settings.machineTemplate = then.machineTemplate;
    return settings;
}

} // namespace core
