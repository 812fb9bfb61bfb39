#include "core/warden/preflight.h"

#include "core/client/sandbox_folder.h"

#include <QFile>

#include <algorithm>
#include <sys/statvfs.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 qemuOverheadMiB =
    150; // measured: QEMU 10.0 with three disks beside the guest's RAM
constexpr qint64 growthShare = 10;
constexpr double mostStalled = 20; // the host is busy with nothing but finding memory
constexpr qsizetype mostNamed = 3;

qint64 valueOf(const QByteArray &meminfo, const QByteArray &key)
{
    const auto at = meminfo.indexOf(key + ':');
    if (at < 0)
        return -1;
    const auto line = meminfo.sliced(at + key.size() + 1);
    return line.first(std::max(line.indexOf("kB"), qsizetype(0))).trimmed().toLongLong() / 1024;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

QString whatCouldGo(const QStringList &others)
{
    if (others.isEmpty())
        return {};
    const auto named = others.first(std::min(others.size(), mostNamed)).join(u", "_s);
    return others.size() > mostNamed
               ? u"; %1 sandboxes run and could be suspended, the largest are %2"_s
                     .arg(others.size())
                     .arg(named)
               : u"; what runs and could be suspended: %1"_s.arg(named);
}

Result<> checkMemory(const HostRoom &room, const Demand &demand)
{
    if (demand.memoryMiB == 0)
        return {};
    const auto refused = [&](const QString &reason) {
        return std::unexpected(
            Error{Error::Kind::NotEnoughMemory, reason + whatCouldGo(demand.others)});
    };
    const auto own = demand.memoryMiB + qemuOverheadMiB;
    const auto growth = demand.othersMiB / growthShare;
    if (room.memoryMiB >= 0 && room.memoryMiB < own + growth)
        return refused(
            growth > 0
                ? u"the sandbox needs %1 MiB, those that run may want %2 more, and %3 "
                  u"MiB are free"_s.arg(own)
                      .arg(growth)
                      .arg(room.memoryMiB)
                : u"the sandbox needs %1 MiB and %2 MiB are free"_s.arg(own).arg(room.memoryMiB));
    if (room.stalled >= mostStalled)
        return refused(
            u"this computer is short of memory: for %1 % of the last 10 s all work waited "
            u"for it"_s.arg(room.stalled, 0, 'f', 0));
    return {};
}

} // namespace

qint64 availableMemoryMiB(const QByteArray &meminfo)
{
    const auto available = valueOf(meminfo, "MemAvailable");
    return available < 0 ? -1 : available + std::max(valueOf(meminfo, "SwapFree"), qint64(0));
}

double stalledPercent(const QByteArray &pressure)
{
    for (const auto &line : pressure.split('\n')) {
        const auto words = line.split(' ');
        if (words.value(0) != "full" || !words.value(1).startsWith("avg10="))
            continue;
        bool isNumber = false;
        const double percent = words[1].sliced(6).toDouble(&isNumber);
        return isNumber ? percent : -1;
    }
    return -1;
}

qint64 freeBytes(const QString &directory)
{
    struct statvfs room = {};
    if (::statvfs(QFile::encodeName(directory).constData(), &room) != 0)
        return -1;
    return qint64(room.f_bavail) * qint64(room.f_frsize);
}

HostRoom readHostRoom(const QString &directory)
{
    const auto free = freeBytes(directory);
    return {
        .memoryMiB = availableMemoryMiB(contentOf(u"/proc/meminfo"_s)),
        .diskMiB = free < 0 ? free : free >> 20,
        .stalled = stalledPercent(contentOf(u"/proc/pressure/memory"_s)),
    };
}

Result<> checkRoom(const HostRoom &room, const Demand &demand)
{
    if (const auto memory = checkMemory(room, demand); !memory)
        return memory;
    const auto disk = demand.diskMiB + demand.floorGiB * 1024;
    if (room.diskMiB >= 0 && room.diskMiB < disk) {
        return std::unexpected(Error{Error::Kind::NotEnoughDisk,
            u"this needs %1 MiB of disk, with what stays free (disk.floor_gib), and %2 MiB are "
            u"free"_s.arg(disk)
                .arg(room.diskMiB)});
    }
    return {};
}

Demand demandOf(const Paths &paths, const SandboxId &self, int memoryMiB, qint64 floorGiB)
{
    QList<SandboxSettings> running;
    for (const auto &id : sandboxIds(paths)) {
        if (id == self || !isHeld(paths, id))
            continue;
        if (auto settings = readSettings(paths, id))
            running << *std::move(settings);
    }
    std::ranges::stable_sort(running, std::ranges::greater(), &SandboxSettings::memoryMiB);
    Demand demand{.memoryMiB = memoryMiB, .floorGiB = floorGiB};
    for (const auto &settings : std::as_const(running)) {
        demand.othersMiB += settings.memoryMiB;
        demand.others << settings.name;
    }
    return demand;
}

} // namespace core
