#include "core/warden/disk_guard.h"

#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"
#include "vmm/machine/disks.h"
#include "vmm/machine/machine.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto interval = 2s; // a guest writes some 200 MB a second at most, so 0.4 GiB
constexpr qint64 leastGain = qint64(64) << 20;
constexpr qint64 leastTry = qint64(16) << 20; // with less the next write fails again

QString sizeOf(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeIecFormat);
}

Error belowFloor(const DiskRoom &room)
{
    return {.kind = Error::Kind::NotEnoughDisk,
        .detail = u"%1 of this computer's disk are free, less than the %2 that are kept "
                  u"(disk.floor_gib); the sandbox goes on when there is more"_s.arg(
                      sizeOf(room.free), sizeOf(room.floor))};
}

Error faultError(const vmm::DiskFault &fault)
{
    if (fault.reason == vmm::DiskFault::Reason::NoSpace)
        return {.kind = Error::Kind::NotEnoughDisk,
            .detail = u"this computer's disk is full; the sandbox goes on when there is room"_s};
    return {.kind = Error::Kind::Failed,
        .detail = u"this computer's disk fails under the disk \"%1\": %2"_s.arg(
            fault.disk, fault.detail)};
}

} // namespace

bool mustPause(const DiskRoom &room)
{
    return room.free >= 0 && room.free < room.floor;
}

bool mayGoOn(const DiskRoom &room)
{
    const auto overFloor = room.floor + room.floor / 8;
    const auto overFault = room.freeAtFault ? *room.freeAtFault + leastGain : qint64(0);
    return room.free < 0 || room.free >= std::max(overFloor, overFault);
}

DiskGuard::DiskGuard(vmm::Machine &machine, QString directory, qint64 floorGiB)
    : m_machine(&machine)
    , m_directory(std::move(directory))
    , m_floor(floorGiB << 30)
{
    if (const auto *monitor = machine.monitor())
        connect(monitor, &vmm::qmp::Client::eventReceived, this, [this](const auto &event) {
            if (const auto fault = vmm::diskFault(event))
                takeFault(*fault);
        });
    connect(&m_timer, &QTimer::timeout, this, &DiskGuard::look);
    m_timer.start(interval);
}

DiskRoom DiskGuard::room() const
{
    return {.free = freeBytes(m_directory), .floor = m_floor, .freeAtFault = m_freeAtFault};
}

void DiskGuard::look()
{
    if (!m_machine)
        return;
    const auto now = room();
    if (!m_reason && m_machine->state() == vmm::Machine::State::Running && mustPause(now)) {
        m_machine->pause();
        pause(belowFloor(now));
    } else if (m_reason && m_reason->kind == Error::Kind::NotEnoughDisk && mayGoOn(now)) {
        tryAgain();
    }
}

void DiskGuard::takeFault(const vmm::DiskFault &fault)
{
    if (fault.reason == vmm::DiskFault::Reason::NoSpace)
        m_freeAtFault = std::max(freeBytes(m_directory), qint64(0));
    pause(faultError(fault));
}

void DiskGuard::pause(const Error &reason)
{
    if (m_reason == reason)
        return; // every request that failed tells of it
    qWarning("the machine stands still: %s", qPrintable(reason.detail));
    m_reason = reason;
    emit paused(reason);
}

Future<> DiskGuard::tryAgain()
{
    if (!m_machine || !m_reason)
        return ready(Result<>());
    const auto now = room();
    if (mustPause(now))
        return ready(Result<>(std::unexpected(belowFloor(now))));
    if (m_freeAtFault && now.free >= 0 && now.free < leastTry)
        return ready(Result<>(std::unexpected(*m_reason)));
    m_reason.reset();
    m_freeAtFault.reset();
    qInfo("the machine goes on");
    emit wentOn();
    return fromVmm(this, m_machine->resume());
}

} // namespace core
