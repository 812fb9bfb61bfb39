#include "core/warden/preflight.h"

#include <QFile>
#include <QStorageInfo>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 qemuOverheadMiB =
    150; // measured: QEMU 10.0 with three disks beside the guest's RAM
constexpr qint64 leastDiskMiB =
    1024; // overlays grow with the first seconds of dockerd and the first sync

qint64 valueOf(const QByteArray &meminfo, const QByteArray &key)
{
    const auto at = meminfo.indexOf(key + ':');
    if (at < 0)
        return -1;
    const auto line = meminfo.sliced(at + key.size() + 1);
    return line.first(std::max(line.indexOf("kB"), qsizetype(0))).trimmed().toLongLong() / 1024;
}

} // namespace

qint64 availableMemoryMiB(const QByteArray &meminfo)
{
    const auto available = valueOf(meminfo, "MemAvailable");
    return available < 0 ? -1 : available + std::max(valueOf(meminfo, "SwapFree"), qint64(0));
}

HostRoom readHostRoom(const QString &directory)
{
    QFile meminfo(u"/proc/meminfo"_s);
    const QStorageInfo storage(directory);
    return {
        .memoryMiB =
            meminfo.open(QFile::ReadOnly) ? availableMemoryMiB(meminfo.readAll()) : qint64(-1),
        .diskMiB = storage.isValid() ? storage.bytesAvailable() >> 20 : qint64(-1),
    };
}

Result<> checkRoom(const HostRoom &room, int sandboxMemoryMiB)
{
    const auto wantedMemory = sandboxMemoryMiB + qemuOverheadMiB;
    if (room.memoryMiB >= 0 && room.memoryMiB < wantedMemory) {
        return std::unexpected(Error{Error::Kind::NotEnoughMemory,
            u"the sandbox needs %1 MiB and %2 MiB are free"_s.arg(wantedMemory)
                .arg(room.memoryMiB)});
    }
    if (room.diskMiB >= 0 && room.diskMiB < leastDiskMiB) {
        return std::unexpected(Error{Error::Kind::NotEnoughDisk,
            u"a start needs %1 MiB of disk and %2 MiB are free"_s.arg(leastDiskMiB)
                .arg(room.diskMiB)});
    }
    return {};
}

} // namespace core
